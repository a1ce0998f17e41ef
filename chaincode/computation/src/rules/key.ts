import { checkNewCommittee, type Profile } from '@salus/compute';
import { conflict, invalidArgument } from '@salus/protocol';
import type { ProposeKeyRequest } from '@salus/protocol/computation';
import { translating } from '../engine/engine.js';
import type { KeyRecord } from '../state/records.js';

/** What the chaincode that carries the module allows of keys. */
export interface KeyTerms {
  readonly purposes: readonly string[];
  /** Organisations whose endorsement the chaincode's policy asks for. */
  readonly endorsements: number;
}

/** @throws SalusError ERR_INVALID_ARGUMENT, ERR_COMMITTEE_INVALID */
export function checkProposal(request: ProposeKeyRequest, profile: Profile, terms: KeyTerms): void {
  const { purpose, validFrom, validTo, slotBudget } = request;
  if (!terms.purposes.includes(purpose)) {
    throw invalidArgument('purpose', terms.purposes.join(', '), purpose);
  }
  if (!profile.proven) {
    throw invalidArgument('profile', 'a profile with proofs of encryption', profile.name);
  }
  if (Date.parse(validFrom) >= Date.parse(validTo)) {
    throw invalidArgument('validTo', `later than ${validFrom}`, validTo);
  }
  if (slotBudget > profile.openedSlotBudget) {
    throw invalidArgument('slotBudget', `at most ${profile.openedSlotBudget}`, String(slotBudget));
  }
  checkCommittee(request, terms);
}

/**
 * Fewer endorsers than the threshold could let pass what fewer than the threshold agree on. Fewer than 2t − 1
 * members would leave shares that t − 1 liars hold alone.
 * @throws SalusError ERR_INVALID_ARGUMENT, ERR_COMMITTEE_INVALID
 */
export function checkCommittee(
  committee: Pick<ProposeKeyRequest, 'members' | 'threshold'>,
  { endorsements }: KeyTerms,
): void {
  if (committee.threshold > endorsements) {
    const expected = `at most ${endorsements}, as many as endorse`;
    throw invalidArgument('threshold', expected, String(committee.threshold));
  }
  translating(() => {
    checkNewCommittee(committee);
  });
}

/** Active, and in the period in which it takes ciphertexts. @throws SalusError ERR_CONFLICT */
export function requireOpenFor(key: KeyRecord, purpose: string, now: string): void {
  requireActive(key);
  if (key.purpose !== purpose) {
    throw conflict('keyId', `key ${key.keyId} is for another purpose`, key.purpose, purpose);
  }
  const at = Date.parse(now);
  if (at < Date.parse(key.validFrom) || at > Date.parse(key.validTo)) {
    const period = `${key.validFrom} to ${key.validTo}`;
    throw conflict('keyId', `key ${key.keyId} takes no ciphertexts now`, period, now);
  }
}

/** @throws SalusError ERR_CONFLICT */
export function requireActive(key: KeyRecord): void {
  if (key.status === 'ACTIVE') return;
  throw conflict('keyId', `key ${key.keyId} is not active`, 'ACTIVE', key.status);
}

/**
 * A member asks for the key's end; with a threshold of them it is over, and nothing is opened under it
 * any more. One member alone could otherwise stop all others. A successor is named only if all who ask
 * name it, so that no member that asks first prevents the others. Members of an earlier committee don't
 * count.
 * @throws SalusError ERR_CONFLICT
 */
export function retire(
  key: KeyRecord,
  mspId: string,
  successor: string | undefined,
  now: string,
): KeyRecord {
  requireActive(key);
  const { members, threshold } = key.committee;
  const asking = (key.retirement ?? []).filter((one) => members.includes(one));
  if (asking.includes(mspId)) {
    throw conflict('keyId', 'this member has asked for it already', 'another member', mspId);
  }
  const { successor: named, ...rest } = key;
  const isNamed = successor !== undefined && (asking.length === 0 || named === successor);
  const retirement = [...asking, mspId];
  return {
    ...rest,
    retirement,
    ...(isNamed && { successor }),
    ...(retirement.length >= threshold && { status: 'RETIRED' as const, retiredAt: now }),
  };
}

/**
 * An opening with more noise than the bound ends its key at once: whatever is opened under it from then on may show
 * its secret. It stays ended by what ended it first.
 */
export function endByNoise(key: KeyRecord, openingId: string, now: string): KeyRecord {
  requireActive(key);
  return {
    ...key,
    status: 'RETIRED',
    retiredAt: now,
    endedBy: { reason: 'NOISE_EXCEEDED', openingId },
  };
}

import { examinePartials, trialLabel, type PostedHash } from '@salus/compute';
import { SalusError } from '@salus/protocol';
import type {
  Ceremony,
  CeremonyPhase,
  CommitteeTerms,
  Complaint,
  ShareHash,
} from '@salus/protocol/computation';
import { requireProfile, translating } from '../engine/engine.js';
import type { CeremonyRecord, KeyRecord, PostedSteps } from '../state/records.js';
import {
  complete,
  contradicted,
  dealersOf,
  setsOf,
  sharesHeldBy,
  unanimous,
  type PostedHashes,
} from './shares.js';

/**
 * The ceremony of a key. A new one has four steps. Every dealer commits. Then every dealer reveals: who
 * revealed last without having committed would choose the key. Every holder confirms by fingerprint that it
 * holds the same as the others. All prove by a trial opening that the shares fit the public key. A
 * resharing: the old holders post what they deal; then as above.
 */

export function phaseOf(key: KeyRecord, posted: PostedSteps): CeremonyPhase {
  const { kind, committee, outcome } = key.ceremony;
  if (outcome !== undefined) return outcome;
  if (kind === 'GENERATE') {
    const dealers = dealersOf(committee);
    if (dealers.some((member) => !posted.commitment.has(member))) return 'COMMITTING';
    if (dealers.some((member) => !posted.contributions.has(member))) return 'REVEALING';
  } else if (!isDealt(key.committee, posted.dealt)) return 'DEALING';
  if (complete(unanimous(committee, posted.fingerprints)) === undefined) return 'CONFIRMING';
  if (complete(unanimous(committee, posted.trial)) === undefined) return 'PROVING';
  return 'READY';
}

/**
 * A resharing goes on once the old committee has dealt every share, which takes a threshold of it. A
 * share that only one of its holders dealt is taken as well, since the trial opening tells whether it
 * was right.
 */
export function isDealt(from: CommitteeTerms, dealt: PostedHashes): boolean {
  const posted = flatten(dealt);
  const { missing, disputed } = translating(() => examinePartials(from, posted));
  return missing.length === 0 && disputed.length === 0;
}

/** @throws SalusError ERR_CONFLICT */
export function requirePhase(key: KeyRecord, posted: PostedSteps, expected: CeremonyPhase): void {
  const phase = phaseOf(key, posted);
  if (phase === expected) return;
  throw new SalusError('ERR_CONFLICT', `the ceremony of key ${key.keyId} is at another step`, {
    argument: 'keyId',
    expected,
    got: phase,
  });
}

/** @throws SalusError ERR_CONFLICT */
export function requireRunning({ keyId, ceremony: { outcome } }: KeyRecord): void {
  if (outcome === undefined) return;
  throw new SalusError('ERR_CONFLICT', `the ceremony of key ${keyId} is over`, {
    argument: 'keyId',
    expected: 'a ceremony that goes on',
    got: outcome,
  });
}

/** @throws SalusError ERR_EPOCH_OUTDATED */
export function requireCeremonyEpoch(key: KeyRecord, epoch: number): void {
  if (key.ceremony.epoch === epoch) return;
  throw new SalusError('ERR_EPOCH_OUTDATED', 'this is not the epoch of the ceremony', {
    argument: 'epoch',
    expected: String(key.ceremony.epoch),
    got: String(epoch),
  });
}

/**
 * Epochs only grow: what was made for an attempt that failed can't be used in a later one. They grow by
 * one: a member that skipped to the last epoch there is would leave no room for another resharing.
 * @throws SalusError ERR_EPOCH_OUTDATED
 */
export function requireNextEpoch(key: KeyRecord, epoch: number): void {
  const next = key.ceremony.epoch + 1;
  if (epoch === next) return;
  throw new SalusError('ERR_EPOCH_OUTDATED', 'this is not the epoch that follows the latest one', {
    argument: 'epoch',
    expected: String(next),
    got: String(epoch),
  });
}

/** @throws SalusError ERR_CONFLICT */
export function requireNotPosted(existing: unknown): void {
  if (existing === undefined) return;
  throw new SalusError('ERR_CONFLICT', 'this member has taken this step already', {
    expected: 'one answer of each member',
  });
}

/** @throws SalusError ERR_FORBIDDEN */
export function requireMember(keyId: string, members: readonly string[], mspId: string): void {
  if (members.includes(mspId)) return;
  throw new SalusError('ERR_FORBIDDEN', `${mspId} has no part in this step of key ${keyId}`, {
    argument: 'caller',
    expected: members.join(', '),
    got: mspId,
  });
}

/** @throws SalusError ERR_HASH_MISMATCH */
export function requireCommitted(commitment: string | undefined, computed: string): void {
  if (commitment === computed) return;
  throw new SalusError(
    'ERR_HASH_MISMATCH',
    'the contributions are not those that were committed to',
    { argument: 'contribution', expected: commitment ?? 'a commitment', got: computed },
  );
}

/** The label of the trial ciphertext names every fingerprint: no share can be chosen after it. */
export function trialLabelOf(
  { profile, keyId, ceremony }: Pick<KeyRecord, 'profile' | 'keyId' | 'ceremony'>,
  fingerprints: PostedHashes,
): string | undefined {
  const { committee: to, epoch } = ceremony;
  const agreed = complete(unanimous(to, fingerprints));
  if (agreed === undefined) return undefined;
  const about = { profile: requireProfile(profile).name, keyId, epoch, to };
  return trialLabel(about, Object.fromEntries(agreed.map((one) => [one.shareId, one.hash])));
}

/**
 * A complaint ends a ceremony: SHARE_INVALID from a holder that cannot use what it got; what is
 * visible on the ledger (SHARE_DISPUTED) is checked.
 * @throws SalusError ERR_CONFLICT, ERR_FORBIDDEN, ERR_INVALID_ARGUMENT
 */
export function fail(
  key: KeyRecord,
  posted: PostedSteps,
  complaint: Omit<Complaint, 'dealer'>,
): KeyRecord {
  const { ceremony } = key;
  requireRunning(key);
  const { reason, shareId, by } = complaint;
  if ((reason === 'TRIAL_FAILED') !== (shareId === undefined)) {
    throw new SalusError('ERR_INVALID_ARGUMENT', 'shareId: name the share at fault', {
      argument: 'shareId',
      expected: reason === 'TRIAL_FAILED' ? 'none' : 'a share',
      got: shareId ?? 'none',
    });
  }
  if (reason === 'TRIAL_FAILED') requirePhase(key, posted, 'READY');
  if (reason === 'SHARE_INVALID') {
    requirePhase(key, posted, 'CONFIRMING');
    requireMember(key.keyId, holdersOf(ceremony.committee, shareId), by);
  }
  if (reason === 'SHARE_DISPUTED') requireContradiction(key, posted, shareId);
  const dealer = dealerOf(ceremony, shareId);
  const failed: CeremonyRecord = {
    ...ceremony,
    outcome: 'FAILED',
    complaint: { ...complaint, ...(dealer !== undefined && { dealer }) },
  };
  return { ...key, ceremony: failed, status: ceremony.kind === 'GENERATE' ? 'FAILED' : key.status };
}

/** Everybody who has a part in the ceremony, each once. */
export function partiesOf(key: KeyRecord): readonly string[] {
  return [...new Set([...key.ceremony.committee.members, ...key.committee.members])];
}

export function describeCeremony(key: KeyRecord, posted: PostedSteps): Ceremony {
  const { ceremony } = key;
  const { kind, epoch, committee, complaint, proposedBy, proposedAt } = ceremony;
  const trialLabel = trialLabelOf(key, posted.fingerprints);
  return {
    kind,
    epoch,
    phase: phaseOf(key, posted),
    committee,
    members: partiesOf(key).map((mspId) => describeMember(mspId, posted)),
    ...(trialLabel !== undefined && { trialLabel }),
    ...(complaint !== undefined && { complaint }),
    proposedBy,
    proposedAt,
  };
}

function describeMember(mspId: string, posted: PostedSteps): Ceremony['members'][number] {
  const commitment = posted.commitment.get(mspId);
  const contributions = posted.contributions.get(mspId);
  const dealt = posted.dealt.get(mspId);
  const fingerprints = posted.fingerprints.get(mspId);
  const trial = posted.trial.get(mspId);
  return {
    mspId,
    ...(commitment !== undefined && { commitment }),
    ...(contributions !== undefined && { contributions }),
    ...(dealt !== undefined && { dealt }),
    ...(fingerprints !== undefined && { fingerprints }),
    ...(trial !== undefined && { trial }),
  };
}

function requireContradiction(
  key: KeyRecord,
  posted: PostedSteps,
  shareId: string | undefined,
): void {
  const { committee } = key.ceremony;
  const found = [
    ...contradicted(key.committee, posted.dealt),
    ...contradicted(committee, posted.fingerprints),
    ...contradicted(committee, posted.trial),
  ];
  if (shareId !== undefined && found.includes(shareId)) return;
  throw new SalusError('ERR_CONFLICT', 'the holders of this share do not contradict each other', {
    argument: 'shareId',
    expected: found.length === 0 ? 'no complaint' : found.join(', '),
    got: shareId ?? 'none',
  });
}

function holdersOf(committee: CommitteeTerms, shareId: string | undefined): readonly string[] {
  return committee.members.filter((member) =>
    sharesHeldBy(committee, member).some((held) => held === shareId),
  );
}

function dealerOf({ kind, committee }: CeremonyRecord, shareId?: string): string | undefined {
  if (kind === 'RESHARE') return undefined;
  return setsOf(committee).find((set) => set.shareId === shareId)?.dealer;
}

function flatten(posted: PostedHashes): PostedHash[] {
  return [...posted].flatMap(([member, hashes]: [string, readonly ShareHash[]]) =>
    hashes.map(({ shareId, hash }) => ({ member, shareId, hash })),
  );
}

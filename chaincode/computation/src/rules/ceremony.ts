import {
  derivesContributions,
  examineDealt,
  trialLabel,
  type DealtExamination,
} from '@salus/compute';
import { SalusError } from '@salus/protocol';
import type { Ceremony, CeremonyPhase, Complaint } from '@salus/protocol/computation';
import { hasProfile, requireProfile, translating } from '../engine/engine.js';
import type { ComplaintRecord, KeyRecord, PostedSteps } from '../state/records.js';
import { complete, dealersOf, flatten, unanimous, type PostedHashes } from './shares.js';

/**
 * The ceremony of a key. A new one has four steps. Every dealer commits. Then every dealer reveals: who
 * revealed last without having committed would choose the key. Every holder confirms by fingerprint that it
 * holds the same as the others. All prove by a trial opening that the shares fit the public key. A
 * resharing: the old holders post what they deal; then as above, and the new holders post contributions of the shares.
 */

export function phaseOf(key: KeyRecord, posted: PostedSteps): CeremonyPhase {
  const { kind, committee, outcome } = key.ceremony;
  if (outcome !== undefined) return outcome;
  if (kind === 'GENERATE') {
    const dealers = dealersOf(committee);
    if (dealers.some((member) => !posted.commitment.has(member))) return 'COMMITTING';
    if (dealers.some((member) => !posted.contributions.has(member))) return 'REVEALING';
  } else if (!isDealt(key, posted.dealt)) return 'DEALING';
  if (complete(unanimous(committee, posted.fingerprints)) === undefined) return 'CONFIRMING';
  if (isContributing(key) && complete(unanimous(committee, posted.contributions)) === undefined) {
    return 'CONFIRMING';
  }
  if (complete(unanimous(committee, posted.trial)) === undefined) return 'PROVING';
  return 'READY';
}

/** Whether new holders post contributions of their shares: partial openings of the epoch are proven against these. */
export function isContributing({
  profile,
  ceremony: { epoch },
}: Pick<KeyRecord, 'profile' | 'ceremony'>): boolean {
  return hasProfile(profile) && derivesContributions(requireProfile(profile), epoch);
}

/**
 * A resharing goes on once every share of the old committee has a hash that stands. Whether it is right, the
 * trial opening tells.
 */
function isDealt(key: KeyRecord, dealt: PostedHashes): boolean {
  const { missing, disputed } = examineDealtOf(key, dealt);
  return missing.length === 0 && disputed.length === 0;
}

/** What the old holders dealt comes to; who is to stay decides. */
export function examineDealtOf(
  { committee: from, ceremony: { committee: to } }: Pick<KeyRecord, 'committee' | 'ceremony'>,
  dealt: PostedHashes,
): DealtExamination {
  return translating(() => examineDealt(from, to, flatten(dealt)));
}

/** Old members that dealt another hash than the one that stands; kept when the ceremony ends. */
export function dissentingOf(key: KeyRecord, posted: PostedSteps): readonly string[] {
  const { kind, outcome, dissenting = [] } = key.ceremony;
  if (kind === 'GENERATE' || outcome !== undefined) return dissenting;
  return examineDealtOf(key, posted.dealt).dissenting;
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

/** Everybody who has a part in the ceremony, each once. */
export function partiesOf(key: KeyRecord): readonly string[] {
  return [...new Set([...key.ceremony.committee.members, ...key.committee.members])];
}

export function describeCeremony(key: KeyRecord, posted: PostedSteps): Ceremony {
  const { ceremony } = key;
  const { kind, epoch, committee, complaint, proposedBy, proposedAt } = ceremony;
  // Without its profile a key is still told, to be read and to be retired.
  const trialLabel = hasProfile(key.profile) ? trialLabelOf(key, posted.fingerprints) : undefined;
  const dissenting = dissentingOf(key, posted);
  return {
    kind,
    epoch,
    phase: phaseOf(key, posted),
    committee,
    members: partiesOf(key).map((mspId) => describeMember(mspId, posted)),
    ...(dissenting.length > 0 && { dissenting }),
    ...(trialLabel !== undefined && { trialLabel }),
    ...(complaint !== undefined && { complaint: describeComplaint(complaint) }),
    proposedBy,
    proposedAt,
  };
}

function describeComplaint({ dealer, against, ...complaint }: ComplaintRecord): Complaint {
  return { ...complaint, against: against ?? (dealer === undefined ? [] : [dealer]) };
}

function describeMember(mspId: string, posted: PostedSteps): Ceremony['members'][number] {
  const commitment = posted.commitment.get(mspId);
  const signer = posted.signer.get(mspId);
  const contributions = posted.contributions.get(mspId);
  const dealt = posted.dealt.get(mspId);
  const fingerprints = posted.fingerprints.get(mspId);
  const trial = posted.trial.get(mspId);
  return {
    mspId,
    ...(commitment !== undefined && { commitment }),
    ...(signer !== undefined && { signer }),
    ...(contributions !== undefined && { contributions }),
    ...(dealt !== undefined && { dealt }),
    ...(fingerprints !== undefined && { fingerprints }),
    ...(trial !== undefined && { trial }),
  };
}

import { examinePartials } from '@salus/compute';
import { conflict, SalusError } from '@salus/protocol';
import type { CommitteeTerms, Complaint } from '@salus/protocol/computation';
import { translating } from '../engine/engine.js';
import type { CeremonyRecord, KeyRecord, PostedSteps } from '../state/records.js';
import {
  dissentingOf,
  examineDealtOf,
  isContributing,
  requireMember,
  requirePhase,
  requireRunning,
} from './ceremony.js';
import { contradicted, flatten, setsOf, type PostedHashes } from './shares.js';

/** What a member says; who is complained of follows from the ledger. */
export type Complaining = Omit<Complaint, 'against' | 'shown'>;

/**
 * A complaint ends a ceremony. Only members of the committee that the key is made for complain: who is to leave
 * it could otherwise prevent that. What the ledger shows to be false is refused. That is a complaint about a share
 * that the member has confirmed, or made itself, and about holders who agree. Whether a trial fails, and what the dealer
 * of a new key sealed, the endorsers find out apart. Whether a package came the ledger can't tell.
 *
 * @throws SalusError ERR_CONFLICT, ERR_FORBIDDEN, ERR_INVALID_ARGUMENT
 */
export function fail(key: KeyRecord, posted: PostedSteps, complaint: Complaining): KeyRecord {
  const { ceremony } = key;
  requireRunning(key);
  requireMember(key.keyId, ceremony.committee.members, complaint.by);
  const against = accused(key, posted, complaint);
  const dissenting = dissentingOf(key, posted);
  const failed: CeremonyRecord = {
    ...ceremony,
    ...(dissenting.length > 0 && { dissenting }),
    outcome: 'FAILED',
    complaint: { ...complaint, against, ...(isToShow(key, complaint) && { shown: true }) },
  };
  return { ...key, ceremony: failed, status: ceremony.kind === 'GENERATE' ? 'FAILED' : key.status };
}

/** A resharing shows nothing: the part would give away what hides the old share. */
function isToShow({ ceremony }: KeyRecord, { reason }: Complaining): boolean {
  return reason === 'SHARE_INVALID' && ceremony.kind === 'GENERATE';
}

function accused(key: KeyRecord, posted: PostedSteps, complaint: Complaining): readonly string[] {
  const { shareId, from } = complaint;
  switch (complaint.reason) {
    case 'TRIAL_FAILED':
      refuseNamed('shareId', shareId);
      refuseNamed('from', from);
      requirePhase(key, posted, 'READY');
      return [];
    case 'SHARE_MISSING':
    case 'SHARE_INVALID':
      return dealersOf(key, posted, complaint);
    case 'SHARE_DISPUTED':
      if (from === undefined) return contradicting(key, posted, named('shareId', shareId));
      refuseNamed('shareId', shareId);
      return contradictingOld(key, posted, from);
  }
}

/** Who owes a share, to a holder that can neither have it nor make it. */
function dealersOf(key: KeyRecord, posted: PostedSteps, complaint: Complaining): readonly string[] {
  const { kind, committee } = key.ceremony;
  const { by } = complaint;
  const shareId = named('shareId', complaint.shareId);
  if (kind === 'GENERATE') refuseNamed('from', complaint.from);
  requirePhase(key, posted, 'CONFIRMING');
  const set = setsOf(committee).find((one) => one.shareId === shareId);
  requireMember(key.keyId, set?.holders ?? [], by);
  if (posted.fingerprints.has(by)) {
    throw conflict('shareId', `${by} has confirmed its shares`, 'a share not confirmed', shareId);
  }
  const owing =
    kind === 'RESHARE'
      ? standingHolders(key, posted, named('from', complaint.from))
      : [set?.dealer ?? ''];
  if (owing.includes(by)) {
    throw conflict('shareId', `${by} has made the share itself`, 'a share of another', shareId);
  }
  return owing;
}

/** The old holders whose hash of a share stands: each of them has a part for every new holder. */
function standingHolders(key: KeyRecord, { dealt }: PostedSteps, from: string): readonly string[] {
  const hash = examineDealtOf(key, dealt).standing.get(from);
  if (hash === undefined) {
    throw new SalusError('ERR_INVALID_ARGUMENT', 'from: expected an old share', {
      argument: 'from',
      expected: setsOf(key.committee)
        .map((set) => set.shareId)
        .join(', '),
      got: from,
    });
  }
  return flatten(dealt)
    .filter((one) => one.shareId === from && one.hash === hash)
    .map(({ member }) => member);
}

/** Those whom a majority of the holders contradicts; all who posted where there is none. */
function contradicting(
  key: KeyRecord,
  { fingerprints, contributions, trial }: PostedSteps,
  shareId: string,
): readonly string[] {
  const { committee } = key.ceremony;
  const steps = [fingerprints, ...(isContributing(key) ? [contributions] : []), trial];
  const step = steps.find((one) => contradicted(committee, one).includes(shareId));
  if (step === undefined) {
    throw noDispute(
      'shareId',
      steps.flatMap((one) => contradicted(committee, one)),
      shareId,
    );
  }
  return outvoted(committee, step, shareId);
}

function contradictingOld(key: KeyRecord, { dealt }: PostedSteps, from: string): readonly string[] {
  const { disputed } = examineDealtOf(key, dealt);
  if (!disputed.includes(from)) throw noDispute('from', disputed, from);
  return outvoted(key.committee, dealt, from);
}

function outvoted(
  committee: CommitteeTerms,
  step: PostedHashes,
  shareId: string,
): readonly string[] {
  const own = flatten(step).filter((one) => one.shareId === shareId);
  const { liars } = translating(() => examinePartials(committee, own));
  return liars.length > 0 ? liars : own.map(({ member }) => member);
}

function noDispute(argument: string, found: readonly string[], got: string) {
  return conflict(
    argument,
    'the holders of this share do not contradict each other',
    found.length === 0 ? 'no complaint' : found.join(', '),
    got,
  );
}

function named(argument: string, got: string | undefined): string {
  if (got === undefined) throw misnamed(argument, 'a share', 'none');
  return got;
}

function refuseNamed(argument: string, got: string | undefined): void {
  if (got !== undefined) throw misnamed(argument, 'none', got);
}

function misnamed(argument: string, expected: string, got: string): SalusError {
  return new SalusError('ERR_INVALID_ARGUMENT', `${argument}: name the share at fault`, {
    argument,
    expected,
    got,
  });
}

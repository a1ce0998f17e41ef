import { randomBytes } from 'node:crypto';
import { freshBound, profileOf } from '@salus/compute';
import { conflict, SalusError } from '@salus/protocol';
import { aboutFigure, type Study } from '@salus/protocol/statistics';
import { openResult, type OpenOptions } from '../computation/open-result.js';
import type { StudyParts } from './contribute.js';

/** Whether a study isn't evaluated yet, or has lost a figure since it was evaluated. */
export function isToBeClosed({ status, cohort = [], participants }: Study): boolean {
  if (status !== 'CLOSED') return status === 'JOINING' || status === 'CONTRIBUTING';
  const standing = new Set(participants.map(({ contribution }) => contribution?.ciphertextHash));
  return cohort.some(({ ciphertextHash }) => !standing.has(ciphertextHash));
}

/**
 * Ends contributions to a study and evaluates it: here, and on every endorser's peer.
 *
 * @throws SalusError `ERR_COHORT_TOO_SMALL`, `ERR_FORBIDDEN`, `ERR_NO_DECISION` where the store does
 *   not take the asker for a participant
 */
export async function closeStudy(parts: StudyParts, studyId: string): Promise<Study> {
  const { statistics, store, engine, chaincode } = parts;
  const study = await statistics.getStudy(studyId);
  const hashes = study.participants.flatMap(({ contribution }) =>
    contribution === undefined ? [] : [contribution.ciphertextHash],
  );
  const ciphertexts: Buffer[] = [];
  for (const hash of hashes) ciphertexts.push(await store.get(hash, { chaincode, study: studyId }));
  const profile = profileOf(engine.profile);
  const bound = freshBound(profile, aboutFigure(study.terms, profile).range);
  const inputs = ciphertexts.map((one) => ({ bytes: one, bound }));
  const program = { name: 'statistics.v1' } as const;
  const { bytes, hash: resultHash } = await engine.evaluate({ program, inputs });
  await store.put(bytes);
  const { value } = await statistics.closeStudy(study, { resultHash, ciphertexts });
  return value;
}

/**
 * Asks for a closed study's sums to be opened to its publishers. By any contributor.
 *
 * @throws SalusError `ERR_NO_DECISION` when the ledger denies the opening
 */
export async function askForOpening(
  { statistics }: Pick<StudyParts, 'statistics'>,
  studyId: string,
): Promise<Study> {
  const openingId = `${studyId.slice(0, 40)}.${randomUUID().slice(0, 8)}`;
  const { value: opening } = await statistics.requestOpening(studyId, openingId);
  if (opening.permitted) return statistics.getStudy(studyId);
  throw new SalusError('ERR_NO_DECISION', `The opening was denied: ${opening.reason}`, {
    argument: 'studyId',
    got: opening.reason,
  });
}

/**
 * Waits for the committee to open a study's sums, and has the publishers round them and put the figures on
 * the ledger. By an officer of a publisher.
 *
 * @throws SalusError `ERR_CONFLICT` before an opening is permitted, `ERR_DEADLINE_EXCEEDED`
 */
export async function publishResult(
  parts: StudyParts & Pick<OpenOptions, 'members' | 'mspId' | 'computation' | 'timeoutMs'>,
  store: OpenOptions['store'],
  studyId: string,
): Promise<Study> {
  const { openingId, status } = await parts.statistics.getStudy(studyId);
  if (openingId === undefined || status !== 'FROZEN') {
    throw conflict('studyId', 'The study waits for no publisher', 'FROZEN', status);
  }
  const opened = await openResult(opening.openingId, { ...parts, store });
  const salt = randomBytes(32).toString('hex');
  const { value } = await parts.statistics.recordResult(studyId, opened, salt);
  return value;
}

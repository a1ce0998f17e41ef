import { randomBytes } from 'node:crypto';
import { freshBound, profileOf } from '@salus/compute';
import { conflict, SalusError } from '@salus/protocol';
import { aboutFigure, type Participant, type Study } from '@salus/protocol/statistics';
import { openResult, type OpenOptions } from '../computation/open-result.js';
import type { StudyParts } from './contribute.js';

/** Whether a study isn't evaluated yet, or has lost a figure since it was evaluated. */
export function isToBeClosed({ status, cohort = [], participants }: Study): boolean {
  if (status !== 'CLOSED') return status === 'JOINING' || status === 'CONTRIBUTING';
  const standing = new Set(participants.map(({ contribution }) => contribution?.ciphertextHash));
  return cohort.some(({ ciphertextHash }) => !standing.has(ciphertextHash));
}

/** Whether the opening that is asked for freezes the study: what is missing later shows now. */
export function isOpenedFirst({ status }: Pick<Study, 'status'>): boolean {
  return status === 'JOINING' || status === 'CONTRIBUTING' || status === 'CLOSED';
}

/**
 * Fetches every contribution with its proof, and leaves both at all stores. The committee finds them there, so
 * nobody freezes a study by keeping its own back.
 *
 * @returns the ciphertexts, in the order of the participants
 * @throws SalusError `ERR_NOT_FOUND`, which names the institution; `ERR_NO_DECISION` where the store does not take
 *   the asker for a participant
 */
export async function secureContributions(
  { store, chaincode }: Pick<StudyParts, 'store' | 'chaincode'>,
  { terms: { studyId }, participants }: Pick<Study, 'terms' | 'participants'>,
): Promise<Buffer[]> {
  const ciphertexts: Buffer[] = [];
  for (const participant of participants) {
    const { contribution } = participant;
    if (contribution === undefined) continue;
    const { ciphertextHash, proofHash } = contribution;
    const secure = async (hash: string, what: string): Promise<Buffer> => {
      const permission = { chaincode, study: studyId };
      const bytes = await store.get(hash, permission).catch((error: unknown) => {
        throw isAbsent(error) ? withheld(participant, what, error) : error;
      });
      await store.put(bytes);
      return bytes;
    };
    if (proofHash !== undefined) await secure(proofHash, 'proof');
    ciphertexts.push(await secure(ciphertextHash, 'ciphertext'));
  }
  return ciphertexts;
}

function isAbsent(error: unknown): boolean {
  const code = error instanceof SalusError ? error.code : undefined;
  return code === 'ERR_NOT_FOUND' || code === 'ERR_HASH_MISMATCH';
}

function withheld({ mspId, institution }: Participant, what: string, cause: unknown): SalusError {
  const name = `${institution} of ${mspId}`;
  return new SalusError('ERR_NOT_FOUND', `No store has the ${what} that ${name} contributed`, {
    argument: 'studyId',
    expected: `the ${what} of ${name}`,
    got: 'none',
    remedy:
      `ask ${name} to contribute again (salus statistics contribute), which leaves it at the stores; ` +
      'or to drop out; else open another study without it',
    cause,
  });
}

/**
 * Ends contributions to a study and evaluates it: here, and on every endorser's peer.
 *
 * @param ciphertexts - of {@link secureContributions}
 * @throws SalusError `ERR_COHORT_TOO_SMALL`, `ERR_FORBIDDEN`
 */
export async function closeStudy(
  parts: Pick<StudyParts, 'statistics' | 'store' | 'engine'>,
  study: Pick<Study, 'terms'>,
  ciphertexts: readonly Buffer[],
): Promise<Study> {
  const { statistics, store, engine } = parts;
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
  const { value: opening } = await statistics.requestOpening(studyId);
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
 * @throws SalusError `ERR_CONFLICT` before an opening is permitted, `ERR_DEADLINE_EXCEEDED`, `ERR_NOISE_EXCEEDED`
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
  const opened = await openResult(openingId, { ...parts, store });
  const salt = randomBytes(32).toString('hex');
  const { value } = await parts.statistics.recordResult(studyId, opened, salt);
  return value;
}

import { randomBytes } from 'node:crypto';
import { hashOfOpened, openedValues } from '@salus/client/computation';
import type { MemberKey, PartialOpening } from '@salus/compute';
import type { KeyCommittee } from '@salus/testing/key-committee';
import { median } from '../stats.js';
import { COHORT, CONTRIBUTING, EVALUATOR, PROGRAM, requestOf, type InputSet } from './inputs.js';
import { hashesOf } from './ledger-key.js';
import type { ComputationWorld } from './world.js';

const OPENINGS = 3;

export interface OpeningTimes {
  /** The slowest member each: the ledger's decision and lineage read, the result recomputed, answered. */
  readonly memberAnswerMs: number;
  readonly readLedgerMs: number;
  readonly recomputeMs: number;
  readonly partialOpeningMs: number;
  readonly combineMs: number;
  /** From the request to the record of what was opened, the members one after the other. */
  readonly wholeMs: number;
}

/** Opens a sum of eight a few times; medians. */
export async function openings(
  world: ComputationWorld,
  key: KeyCommittee,
  set: InputSet,
): Promise<OpeningTimes> {
  const sample: OpeningTimes[] = [];
  for (let round = 0; round < OPENINGS; round += 1) {
    sample.push(await open(world, key, set, `opened-${round}`));
  }
  const medianOf = (name: keyof OpeningTimes) => median(sample.map((one) => one[name]));
  return {
    memberAnswerMs: medianOf('memberAnswerMs'),
    readLedgerMs: medianOf('readLedgerMs'),
    recomputeMs: medianOf('recomputeMs'),
    partialOpeningMs: medianOf('partialOpeningMs'),
    combineMs: medianOf('combineMs'),
    wholeMs: medianOf('wholeMs'),
  };
}

async function open(
  world: ComputationWorld,
  { committee, keys }: KeyCommittee,
  set: InputSet,
  evaluationId: string,
): Promise<OpeningTimes> {
  const computation = await world.computation(...EVALUATOR);
  const inputs = set.inputs.map(({ bytes }) => bytes);
  await computation.evaluate(requestOf(set, evaluationId), { keyId: set.keyId, inputs });
  await world.inStep(committee.members);
  const started = performance.now();
  const { value } = await computation.requestOpening({
    evaluationId,
    recipients: CONTRIBUTING,
  });
  if (!value.permitted) throw new Error(`the opening is denied: ${value.reason}`);
  const { openingId } = value;
  await world.inStep(committee.members);
  const answers: Answer[] = [];
  // One member more than the threshold confirms every share.
  for (const key of keys.slice(0, committee.threshold + 1)) {
    const answer = await answerOf(world, key, set, openingId);
    const request = { openingId, epoch: 0, hashes: hashesOf(answer.partials) };
    await (await world.officer(key.member)).submitPartials(request);
    answers.push(answer);
  }
  await world.inStep(committee.members);
  const partials = uniqueShares(answers.flatMap((one) => one.partials));
  const result = (answers[0] as Answer).result;
  const combining = performance.now();
  const slots = await world.engine.combineOpening({ ciphertext: result, committee, partials });
  const combineMs = performance.now() - combining;
  if (slots[0] !== (COHORT * (COHORT - 1)) / 2) throw new Error('the opening gave another sum');
  const salt = randomBytes(32).toString('hex');
  const record = await computation.recordOpening(openingId, { result, partials, slots, salt });
  if (record.value.openedHash !== hashOfOpened(openedValues(openingId, slots, salt))) {
    throw new Error('something else is on record');
  }
  const slowest = (name: Exclude<keyof Answer, 'partials' | 'result'>) =>
    Math.max(...answers.map((one) => one[name]));
  return {
    memberAnswerMs: slowest('memberAnswerMs'),
    readLedgerMs: slowest('readLedgerMs'),
    recomputeMs: slowest('recomputeMs'),
    partialOpeningMs: slowest('partialOpeningMs'),
    combineMs,
    wholeMs: performance.now() - started,
  };
}

interface Answer {
  readonly partials: readonly PartialOpening[];
  readonly result: Uint8Array;
  readonly memberAnswerMs: number;
  readonly readLedgerMs: number;
  readonly recomputeMs: number;
  readonly partialOpeningMs: number;
}

/** What a member does before it answers: it believes neither the requester nor the endorsers. */
async function answerOf(
  world: ComputationWorld,
  key: MemberKey,
  { inputs }: InputSet,
  openingId: string,
): Promise<Answer> {
  const officer = await world.officer(key.member);
  const started = performance.now();
  const opening = await officer.getOpening(openingId);
  const lineage = await officer.getLineage(opening.evaluationId);
  const read = performance.now();
  if (lineage.steps.length > 0) throw new Error('the lineage is deeper than it was made');
  const leaves = lineage.ciphertexts.map(({ ciphertextHash, bound }) => {
    const bytes = inputs.find(({ hash }) => hash === ciphertextHash)?.bytes;
    if (bytes === undefined) throw new Error('the lineage has an unknown input');
    return { bytes, hash: ciphertextHash, bound };
  });
  const result = await world.engine.evaluate({ program: PROGRAM, inputs: leaves });
  if (result.hash !== opening.resultHash) throw new Error('the result is not what is opened');
  const recomputed = performance.now();
  const partials = await world.engine.partialOpening({ ciphertext: result.bytes, key });
  const ended = performance.now();
  return {
    partials,
    result: result.bytes,
    memberAnswerMs: ended - started,
    readLedgerMs: read - started,
    recomputeMs: recomputed - read,
    partialOpeningMs: ended - recomputed,
  };
}

function uniqueShares(partials: readonly PartialOpening[]) {
  const byShare = new Map(partials.map(({ shareId, bytes }) => [shareId, bytes]));
  return [...byShare].map(([shareId, bytes]) => ({ shareId, bytes }));
}

import type { Submitted } from '@salus/client/transaction';
import { createEngine } from '@salus/compute';
import { latencies } from '../load.js';
import { median } from '../stats.js';
import type { Evaluator } from './evaluations.js';
import { ENDORSERS, EVALUATOR, PROGRAM, type InputSet } from './inputs.js';
import type { ComputationWorld } from './world.js';

const ROUNDS = 21;

/** Where the time of an evaluation goes; medians in milliseconds, on an idle network. */
export interface Overhead {
  /** A contract that writes one key, with the same endorsers. */
  readonly bareMs: number;
  /** By how much 8 ciphertexts as transient data make it slower. */
  readonly transportMs: number;
  /** Adding 8 checked ciphertexts, hashing the result, message to the worker and back. */
  readonly sealMs: number;
  /** Copying, checking and hashing 8 ciphertexts. */
  readonly loadAndCheckMs: number;
  /** Evaluation with cached inputs, less the bare contract and SEAL: reading states, rules, JSON. */
  readonly contractMs: number;
  readonly evaluationOfCachedMs: number;
  readonly evaluationOfSentMs: number;
  /** Of the evaluation that sends inputs, what the parts above don't explain: the first try, by hash. */
  readonly restMs: number;
}

/** The contract that writes one key, endorsed by those that endorse evaluations. */
export async function bareWriter(world: ComputationWorld) {
  const bare = (await world.client(...EVALUATOR)).contract('bare');
  const run = Date.now().toString(36);
  let key = 0;
  return {
    put: (transient?: Readonly<Record<string, Uint8Array>>): Promise<Submitted> =>
      bare.submit('put', {
        args: [`${run}-${(key += 1)}`, 'x'.repeat(64)],
        endorsingOrganizations: ENDORSERS,
        ...(transient && { transient }),
      }),
  };
}

/** An evaluation beside a contract that writes one key, part by part. */
export async function overhead(
  world: ComputationWorld,
  evaluator: Evaluator,
  { inputs }: InputSet,
): Promise<Overhead> {
  const { put } = await bareWriter(world);
  const transient = Object.fromEntries(
    inputs.map(({ bytes }, index) => [`ciphertext.${index}`, bytes]),
  );
  const bareMs = await medianOf(() => put());
  const withTransientMs = await medianOf(() => put(transient));
  const evaluationOfSentMs = await medianOf(() => evaluator.sent());
  const evaluationOfCachedMs = await medianOf(() => evaluator.cached());
  const named = inputs.map(({ hash, bound }) => ({ hash, bound }));
  await world.engine.evaluate({ program: PROGRAM, inputs });
  const sealMs = await medianOf(() => world.engine.evaluate({ program: PROGRAM, inputs: named }));
  await using forgetful = createEngine({ cacheBytes: 0 });
  await forgetful.evaluate({ program: PROGRAM, inputs });
  const fullMs = await medianOf(() => forgetful.evaluate({ program: PROGRAM, inputs }));
  const transportMs = withTransientMs - bareMs;
  const loadAndCheckMs = fullMs - sealMs;
  const contractMs = evaluationOfCachedMs - bareMs - sealMs;
  return {
    bareMs,
    transportMs,
    sealMs,
    loadAndCheckMs,
    contractMs,
    evaluationOfCachedMs,
    evaluationOfSentMs,
    restMs: evaluationOfSentMs - bareMs - transportMs - sealMs - loadAndCheckMs - contractMs,
  };
}

async function medianOf(run: () => Promise<unknown>): Promise<number> {
  return median(await latencies(run, ROUNDS));
}

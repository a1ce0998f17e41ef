import os from 'node:os';
import {
  AdditionKernel,
  createEngine,
  profileOf,
  sha256Hex,
  type BoundHashed,
  type Engine,
} from '@salus/compute';
import { meet } from '@salus/testing/key-committee';
import { untilIdle } from '../idle.js';
import { latencies } from '../load.js';
import { median } from '../stats.js';
import { nativeSealTimes, type NativeTimes } from './native-seal.js';

/** The parameters of bench/native-seal. */
const PROFILE = 'bfv-8192-sum-v1';
const HEADER_LENGTH = 113;
const INPUTS = [2, 8, 64] as const;
/** Blocks of rounds, of the engine and of native SEAL in turn: what else the machine does meets both. */
const BLOCKS = 9;
const ROUNDS = 43;
const WARM_UP = 20;

/** Medians in milliseconds of one sum. */
interface SumTimes {
  readonly inputs: number;
  /** From the request to the promise: message, checks, addition, result, SHA-256 of it, message. */
  readonly engineMs: number;
  /** The same of inputs that the engine has checked before and keeps. */
  readonly engineCachedMs: number;
  /** Checks, addition and result alone, in this thread. */
  readonly kernelMs: number;
  /** A copy of all inputs alone, in this thread, into memory that is used again. */
  readonly copyMs: number;
  /** SHA-256 of the result alone. */
  readonly hashMs: number;
}

/** Each is a quotient of times of one block. */
interface Ratios {
  readonly inputs: number;
  /** Both load, add, save and hash. */
  readonly engine: number;
  readonly engineCached: number;
  /** Native SEAL hashes nothing, the engine does. */
  readonly engineToSumWithoutHash: number;
  /** Neither hashes, and nothing is sent to another thread. */
  readonly kernel: number;
}

/** Sums of ciphertexts given as bytes: through the engine, by its kernel alone, and by native SEAL. */
export async function addition(report: (line: string) => void): Promise<object> {
  await using engine = createEngine({ profile: PROFILE });
  const inputs = await encryptedInputs(engine);
  const idleBefore = await untilIdle();
  const blocks: (readonly SumTimes[])[] = [];
  const native: NativeTimes[] = [];
  for (let block = 0; block < BLOCKS; block += 1) {
    const sums: SumTimes[] = [];
    for (const count of INPUTS) sums.push(await timesOf(engine, inputs.slice(0, count)));
    blocks.push(sums);
    const times = nativeSealTimes(ROUNDS);
    if (times) native.push(times);
  }
  const ratios = native.length > 0 ? mediansOf(blocks.map(ratiosTo(native))) : undefined;
  report(JSON.stringify(ratios ?? 'native SEAL was not built, see bench/native-seal'));
  return {
    ...{ idleBefore, loadAfter: os.loadavg()[0], profile: PROFILE, blocks: BLOCKS, rounds: ROUNDS },
    sums: mediansOf(blocks),
    ...(native.length > 0 && {
      native: { library: native[0]?.library, sums: mediansOf(native.map(({ sums }) => sums)) },
    }),
    ratios,
  };
}

function ratiosTo(native: readonly NativeTimes[]) {
  return (sums: readonly SumTimes[], block: number): Ratios[] =>
    sums.map(({ inputs, engineMs, engineCachedMs, kernelMs }) => {
      const same = native[block]?.sums.find((one) => one.inputs === inputs);
      if (!same) throw new Error(`bench/native-seal is an old one: no sum of ${inputs}`);
      return {
        inputs,
        engine: engineMs / same.sumAndHashMs,
        engineCached: engineCachedMs / same.sumAndHashMs,
        engineToSumWithoutHash: engineMs / same.sumMs,
        kernel: kernelMs / same.sumMs,
      };
    });
}

/** Of each figure of each sum the median over the blocks. */
function mediansOf<T extends object>(blocks: readonly (readonly T[])[]): T[] {
  const [first = []] = blocks;
  return first.map((one, place) => {
    const figures = Object.keys(one).map((name) => [
      name,
      median(blocks.map((block) => (block[place] as Record<string, number>)[name] ?? NaN)),
    ]);
    return Object.fromEntries(figures) as T;
  });
}

async function encryptedInputs(engine: Engine): Promise<BoundHashed[]> {
  const members = ['Member0MSP', 'Member1MSP', 'Member2MSP'];
  const { publicKey } = await meet(engine, { members, threshold: 2 });
  const inputs: BoundHashed[] = [];
  for (let index = 0; index < Math.max(...INPUTS); index += 1) {
    const values = [index, 1];
    inputs.push(await engine.encrypt({ publicKey, values, bound: { least: 0, most: 100 } }));
  }
  return inputs;
}

async function timesOf(engine: Engine, inputs: readonly BoundHashed[]): Promise<SumTimes> {
  const program = { name: 'sum.v1' } as const;
  const unnamed = inputs.map(({ bytes, bound }) => ({ bytes, bound }));
  const named = inputs.map(({ bytes, hash, bound }) => ({ bytes, hash, bound }));
  const kernel = new AdditionKernel(profileOf(PROFILE));
  const header = inputs[0]?.bytes.slice(0, HEADER_LENGTH) ?? new Uint8Array(0);
  const memory = new Uint8Array(inputs[0]?.bytes.length ?? 0);
  const byKernel = (): Uint8Array => {
    kernel.clear();
    for (const { bytes } of inputs) {
      const fault = kernel.accumulate(bytes);
      if (fault !== undefined) throw new Error(fault);
    }
    return kernel.save(header);
  };
  const { hash } = await engine.evaluate({ program, inputs: named });
  if (hash !== sha256Hex(byKernel())) throw new Error('the engine and its kernel add differently');
  const medianOf = async (run: () => unknown) => {
    const asked = async () => {
      await run();
    };
    await latencies(asked, WARM_UP);
    return median(await latencies(asked, ROUNDS));
  };
  return {
    inputs: inputs.length,
    engineMs: await medianOf(() => engine.evaluate({ program, inputs: unnamed })),
    engineCachedMs: await medianOf(() => engine.evaluate({ program, inputs: named })),
    kernelMs: await medianOf(byKernel),
    copyMs: await medianOf(() => {
      inputs.forEach(({ bytes }) => {
        memory.set(bytes);
      });
    }),
    hashMs: await medianOf(() => sha256Hex(inputs[0]?.bytes ?? memory)),
  };
}

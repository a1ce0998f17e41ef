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
const ROUNDS = 301;
const WARM_UP = 50;

/** Medians in milliseconds of one sum. */
interface SumTimes {
  readonly inputs: number;
  /** From the request to the promise: message, checks, addition, result, SHA-256 of it, message. */
  readonly engineMs: number;
  /** The same of inputs that the engine has checked before and keeps. */
  readonly engineCachedMs: number;
  /** Checks, addition and result alone, in this thread. */
  readonly kernelMs: number;
}

/** Sums of ciphertexts given as bytes: through the engine, by its kernel alone, and by native SEAL. */
export async function addition(report: (line: string) => void): Promise<object> {
  await using engine = createEngine({ profile: PROFILE });
  const inputs = await encryptedInputs(engine);
  const idleBefore = await untilIdle();
  const sums: SumTimes[] = [];
  for (const count of INPUTS) sums.push(await timesOf(engine, inputs.slice(0, count)));
  const native = nativeSealTimes();
  const ratios = native === undefined ? undefined : ratiosOf(sums, native);
  report(JSON.stringify(ratios ?? 'native SEAL was not built, see bench/native-seal'));
  return { idleBefore, profile: PROFILE, rounds: ROUNDS, sums, native, ratios };
}

function ratiosOf(sums: readonly SumTimes[], native: NativeTimes) {
  return sums.map(({ inputs, engineMs, engineCachedMs, kernelMs }) => {
    const same = native.sums.find((one) => one.inputs === inputs);
    if (!same) throw new Error(`bench/native-seal is an old one: no sum of ${inputs}`);
    return {
      inputs,
      /** Both load, add, save and hash. */
      engine: engineMs / same.sumAndHashMs,
      engineCached: engineCachedMs / same.sumAndHashMs,
      /** Native SEAL hashes nothing, the engine does. */
      engineToSumWithoutHash: engineMs / same.sumMs,
      /** Neither hashes, and nothing is sent to another thread. */
      kernel: kernelMs / same.sumMs,
    };
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
  };
}

import { createEngine, type BoundHashed, type Engine, type NamedInput } from '@salus/compute';
import { latencies } from '../load.js';
import { median } from '../stats.js';
import { meet, open, type KeyCommittee } from '@salus/testing/key-committee';
import { endurance } from './endurance.js';
import { nativeSealTimes } from './native-seal.js';
import { nodeSealTimes, type AdditionTimes, type LibraryTimes } from './node-seal.js';

const ROUNDS = 101;

/** The computing layer without a network: libraries, engine, committee, endurance. */
export async function compute(report: (line: string) => void): Promise<object> {
  report('libraries');
  const { nodeSeal, addition } = await nodeSealTimes();
  const native = nativeSealTimes();
  const ratios = native === undefined ? undefined : ratiosOf(nodeSeal, addition, native);
  report(JSON.stringify(ratios ?? 'native SEAL was not built, see bench/native-seal'));
  await using engine = createEngine();
  report('a committee of 3 of 5');
  const committee = await meet(engine, {
    members: Array.from({ length: 5 }, (_, index) => `Member${index}MSP`),
    threshold: 3,
  });
  const inputs = await encryptedInputs(engine, committee);
  const times = await engineTimes(engine, committee, inputs);
  report(JSON.stringify(times));
  const memory = await endurance(engine, inputs.slice(0, 2), report);
  await requireRight(engine, committee, inputs);
  return { libraries: { addition, nodeSeal, native, ratios }, engine: times, memory };
}

/** To native SEAL: of the engine's addition, and of node-seal for all the rest. */
function ratiosOf(
  nodeSeal: LibraryTimes,
  addition: AdditionTimes,
  native: LibraryTimes,
): Record<string, number> {
  return {
    addWithLoad: addition.addWithLoadMs / native.addWithLoadMs,
    addWithLoadAndSave: addition.addWithLoadAndSaveMs / native.addWithLoadAndSaveMs,
    addWithLoadByNodeSeal: nodeSeal.addWithLoadMs / native.addWithLoadMs,
    encrypt: nodeSeal.encryptMs / native.encryptMs,
    open: nodeSeal.openMs / native.openMs,
  };
}

async function encryptedInputs(
  engine: Engine,
  { publicKey }: KeyCommittee,
): Promise<BoundHashed[]> {
  const bound = { least: 0, most: 100 };
  const inputs: BoundHashed[] = [];
  for (let index = 0; index < 8; index += 1) {
    inputs.push(await engine.encrypt({ publicKey, values: [index, 1], bound }));
  }
  return inputs;
}

/** Through the engine: messages to the worker, checks and hashes included. */
async function engineTimes(
  engine: Engine,
  committee: KeyCommittee,
  inputs: readonly BoundHashed[],
): Promise<Record<string, number>> {
  const program = { name: 'sum.v1' } as const;
  const unnamed = inputs.map(({ bytes, bound }) => ({ bytes, bound }));
  const named = inputs.map(({ hash, bound }) => ({ hash, bound }));
  const twice = async (pair: readonly NamedInput[]) => {
    await engine.evaluate({ program, inputs: pair });
    await engine.evaluate({ program, inputs: pair });
  };
  const { bytes } = await engine.evaluate({ program, inputs });
  const medianOf = async (run: () => Promise<unknown>) => median(await latencies(run, ROUNDS));
  const opening = await open(engine, committee, bytes);
  return {
    keyOf3Of5Ms: committee.keyMs,
    memberAnswerMs: opening.memberMs,
    combineMs: opening.combineMs,
    encryptMs: await medianOf(() =>
      engine.encrypt({ publicKey: committee.publicKey, values: [1] }),
    ),
    // 10,000 values take two ciphertexts.
    addVectorsOf10000Ms: await medianOf(() => twice(unnamed.slice(0, 2))),
    addVectorsOf10000CachedMs: await medianOf(() => twice(named.slice(0, 2))),
    sumOf8Ms: await medianOf(() => engine.evaluate({ program, inputs: unnamed })),
    sumOf8CachedMs: await medianOf(() => engine.evaluate({ program, inputs: named })),
  };
}

async function requireRight(
  engine: Engine,
  committee: KeyCommittee,
  inputs: readonly BoundHashed[],
): Promise<void> {
  const { bytes } = await engine.evaluate({ program: { name: 'sum.v1' }, inputs });
  const { slots } = await open(engine, committee, bytes);
  if (slots[0] !== 28 || slots[1] !== 8) throw new Error('the engine answers wrong');
}

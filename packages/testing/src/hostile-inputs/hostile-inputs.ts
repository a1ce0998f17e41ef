import type { ComputeErrorCode, Engine } from '@salus/compute';
import { ciphertextTargets } from './ciphertext-targets.js';
import { keyTargets } from './key-targets.js';
import type { Material } from './material.js';
import { openingTargets } from './opening-targets.js';
import { proofTargets } from './proof-targets.js';
import type { SeededRandom } from './seeded-random.js';
import type { Target } from './target.js';

/** One request with hostile bytes. */
export interface HostileInput {
  /** The operation, and what of its request is hostile. */
  readonly target: string;
  /** What was done to the honest bytes. */
  readonly kind: string;
  /** Asks the engine, and holds what it gives against what is right. */
  readonly ask: (engine: Engine) => Promise<void>;
  /** With which codes a refusal may come; anything else is a defect. */
  readonly refusals: readonly ComputeErrorCode[];
}

/** Hostile requests without an end, drawn by weight: the same ones for the same seed. */
export function* hostileInputs(material: Material, random: SeededRandom): Generator<HostileInput> {
  const targets = allTargets(material);
  const weights = targets.flatMap(({ wellFormedWeight, malformedWeight }, index) => [
    ...Array<readonly [number, boolean]>(wellFormedWeight).fill([index, true]),
    ...Array<readonly [number, boolean]>(malformedWeight).fill([index, false]),
  ]);
  for (;;) {
    const [index, keepsForm] = random.pick(weights);
    const target = targets[index] as Target;
    const spoilings = Object.entries(keepsForm ? target.wellFormed : target.malformed);
    yield inputOf(target, random.pick(spoilings), random);
  }
}

/** Each kind of each target once, or one kind of each: none is left to chance. */
export function* oneOfEachKind(
  material: Material,
  random: SeededRandom,
  wanted?: string,
): Generator<HostileInput> {
  for (const target of allTargets(material)) {
    const spoilings = Object.entries({ ...target.wellFormed, ...target.malformed });
    for (const spoiling of spoilings) {
      const [kind] = spoiling;
      if (wanted === undefined || kind === wanted) yield inputOf(target, spoiling, random);
    }
  }
}

function allTargets(material: Material): readonly Target[] {
  return [ciphertextTargets, keyTargets, openingTargets, proofTargets].flatMap((targets) =>
    targets(material),
  );
}

function inputOf(
  { name, honest, ask, refusals }: Target,
  [kind, spoil]: [string, Target['wellFormed'][string]],
  random: SeededRandom,
): HostileInput {
  const hostile = spoil(honest, random);
  return { target: name, kind, ask: (engine) => ask(engine, hostile), refusals };
}

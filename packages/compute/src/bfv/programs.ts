import { PROGRAM_NAMES, type Bound, type Program } from '@salus/protocol/computation';
import { checkBound, requireCovered } from './bounds.js';
import { ComputeError } from './errors.js';
import { bitsToHold } from './integers.js';
import type { Profile } from './profiles.js';

/**
 * The bound of a program's result, before anything is evaluated.
 *
 * @example
 * const fresh = freshBound(profile, { least: 0, most: 1000 });
 * boundOf(profile, { name: 'sum.v1' }, [fresh, fresh]); // { least: 0, most: 2000, noiseBits: 19 }
 *
 * @throws ComputeError ERR_PROGRAM_INVALID, ERR_TOO_MANY_SUMMANDS, ERR_BOUND_INVALID,
 *   ERR_OVERFLOW, ERR_NOISE_EXHAUSTED
 */
export function boundOf(profile: Profile, program: Program, inputs: readonly Bound[]): Bound {
  checkProgram(profile, program, inputs.length);
  for (const input of inputs) checkBound(profile, input);
  if (program.name === 'mask.v1') return requireCovered(profile, masked(profile, inputs));
  if (program.name === 'histogram.v1') requireRange(inputs, program.name, 0, 1);
  return requireCovered(profile, weighted(inputs, weightsOf(program, inputs.length)));
}

/** The factor of each input; a mask has none. */
export function weightsOf(
  program: Exclude<Program, { name: 'mask.v1' }>,
  count: number,
): readonly number[] {
  if (program.name === 'weighted-sum.v1') return program.weights;
  if (program.name === 'difference.v1') return [1, -1];
  return Array<number>(count).fill(1);
}

/**
 * Refuses a program that isn't one, or that doesn't fit its number of inputs.
 * @throws ComputeError ERR_PROGRAM_INVALID, ERR_TOO_MANY_SUMMANDS
 */
export function checkProgram(profile: Profile, program: Program, inputs: number): void {
  if (inputs > profile.maxInputs) {
    throw new ComputeError('ERR_TOO_MANY_SUMMANDS', 'too many inputs for one evaluation', {
      argument: 'inputs',
      expected: `at most ${profile.maxInputs}`,
      got: String(inputs),
    });
  }
  if (inputs < 1) throw invalid('a program needs an input', 'inputs', 'one or more', '0');
  switch (program.name) {
    case 'sum.v1':
    case 'statistics.v1':
    case 'histogram.v1':
      return;
    case 'weighted-sum.v1':
      checkWeights(profile, program.weights, inputs);
      return;
    case 'difference.v1':
      if (inputs !== 2) throw invalid('wrong number of inputs', 'inputs', '2', String(inputs));
      return;
    case 'mask.v1':
      checkMask(profile, program.slots, inputs);
      return;
    default:
      throw invalid(
        'no such program',
        'program.name',
        PROGRAM_NAMES.join(', '),
        String((program as { name: unknown }).name),
      );
  }
}

function checkWeights(profile: Profile, weights: readonly number[], inputs: number): void {
  const wrong = (weight: number) =>
    !Number.isInteger(weight) || weight === 0 || Math.abs(weight) > profile.maxWeight;
  if (!Array.isArray(weights) || weights.length !== inputs || weights.some(wrong)) {
    throw invalid(
      'wrong weights',
      'program.weights',
      `${inputs} integers other than 0, magnitude at most ${profile.maxWeight}`,
      describeLength(weights),
    );
  }
}

function checkMask(profile: Profile, slots: readonly number[], inputs: number): void {
  if (!profile.masks) {
    throw new ComputeError('ERR_NOISE_EXHAUSTED', 'the profile leaves no room for a mask', {
      argument: 'program',
      expected: 'a key of a profile that allows masks',
      got: profile.name,
    });
  }
  const wrong = (slot: number, index: number) =>
    !Number.isInteger(slot) ||
    slot < 0 ||
    slot >= profile.degree ||
    slot <= (slots[index - 1] ?? -1);
  if (inputs !== 1 || !Array.isArray(slots) || slots.length === 0 || slots.some(wrong)) {
    throw invalid(
      'wrong mask',
      'program.slots',
      `one input; ascending slots from 0 to ${profile.degree - 1}`,
      `${inputs} inputs, ${describeLength(slots)}`,
    );
  }
}

/** Noise of Σ w·x is at most Σ |w|·noise: a constant multiplies every coefficient alike. */
function weighted(inputs: readonly Bound[], weights: readonly number[]): Bound {
  let least = 0n;
  let most = 0n;
  let noise = 0n;
  inputs.forEach((input, index) => {
    const weight = BigInt(weights[index] as number);
    least += weight * BigInt(weight > 0n ? input.least : input.most);
    most += weight * BigInt(weight > 0n ? input.most : input.least);
    noise += (weight > 0n ? weight : -weight) << BigInt(input.noiseBits);
  });
  // Beyond 2^53 a number is not exact, but far beyond every plain modulus.
  return { least: Number(least), most: Number(most), noiseBits: bitsToHold(noise) };
}

/** SEAL lifts the mask to coefficients of magnitude at most t/2, N of them: noise grows by N·t/2. */
function masked(profile: Profile, inputs: readonly Bound[]): Bound {
  const { least, most, noiseBits } = inputs[0] as Bound;
  const growth = (BigInt(profile.degree) * (profile.plainModulus - 1n)) / 2n;
  return {
    least: Math.min(0, least),
    most: Math.max(0, most),
    noiseBits: bitsToHold(growth << BigInt(noiseBits)),
  };
}

function requireRange(inputs: readonly Bound[], name: string, least: number, most: number): void {
  const position = inputs.findIndex((input) => input.least < least || input.most > most);
  if (position === -1) return;
  throw new ComputeError('ERR_BOUND_INVALID', `${name} takes other inputs`, {
    argument: `inputs[${position}].bound`,
    expected: `values from ${least} to ${most}`,
  });
}

function describeLength(list: unknown): string {
  return Array.isArray(list) ? `a list of ${list.length}` : typeof list;
}

function invalid(message: string, argument: string, expected: string, got: string): ComputeError {
  return new ComputeError('ERR_PROGRAM_INVALID', message, { argument, expected, got });
}

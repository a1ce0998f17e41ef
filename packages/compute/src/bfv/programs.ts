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
  return requireCovered(profile, sumOf(inputs));
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
  if (PROGRAM_NAMES.includes(program.name)) return;
  const got = String((program as { name: unknown }).name);
  throw invalid('no such program', 'program.name', PROGRAM_NAMES.join(', '), got);
}

/** Noise of a sum is at most the sum of noises. */
function sumOf(inputs: readonly Bound[]): Bound {
  const total = (choose: (input: Bound) => bigint) =>
    inputs.reduce((sum, input) => sum + choose(input), 0n);
  // Beyond 2^53 a number is not exact, but far beyond every plain modulus.
  return {
    least: Number(total(({ least }) => BigInt(least))),
    most: Number(total(({ most }) => BigInt(most))),
    noiseBits: bitsToHold(total(({ noiseBits }) => 1n << BigInt(noiseBits))),
  };
}

function invalid(message: string, argument: string, expected: string, got: string): ComputeError {
  return new ComputeError('ERR_PROGRAM_INVALID', message, { argument, expected, got });
}

import { requireNoFault, verifyForm } from './checks.js';
import { expectedCiphertext, hashed, verifyCiphertext } from './cipher-operations.js';
import { ComputeError } from './errors.js';
import type { Hashed } from './hashed.js';
import { sha256Hex } from './hashing.js';
import type { Profile } from './profiles.js';
import { loadCiphertext, type Seal } from './seal.js';
import type { ProgramInput, ProgramPart, Step, WorkerInput } from './worker-input.js';

type Ciphertext = ReturnType<typeof loadCiphertext>;

/** Computes a program whose bound was computed, and so checked, already: each adds its inputs up, without SEAL. */
export function evaluate(seal: Seal, profile: Profile, request: ProgramInput, step: Step): Hashed {
  const all = { ...request, offset: 0, total: request.inputs.length };
  return evaluatePart(seal, profile, all, step) as Hashed;
}

/**
 * The same, part by part and nothing else between: an engine sends no more at once than memory that is used
 * again takes.
 *
 * @returns undefined until the last part
 */
export function evaluatePart(
  seal: Seal,
  profile: Profile,
  { inputs, offset, total }: ProgramPart,
  step: Step,
): Hashed | undefined {
  if (offset === 0) seal.addition.clear();
  inputs.forEach(({ bytes, hash, checked }, place) => {
    const index = offset + place;
    const expected = expectedCiphertext(seal, profile, `inputs[${index}]`);
    verifyForm(profile, bytes, expected);
    requireNoFault(seal.addition.accumulate(bytes), expected);
    if (checked !== true) requireHash(bytes, hash, index);
    step(index + 1, total);
  });
  if (offset + inputs.length < total) return undefined;
  if (seal.addition.transparent) {
    throw new ComputeError('ERR_CIPHERTEXT_INVALID', 'the inputs cancel out', {
      argument: 'inputs',
      expected: 'inputs that were encrypted apart',
    });
  }
  return hashed(seal.addition.save(seal.headers.ciphertext));
}

/** @returns the hash of an input that SEAL can load */
export function checkInput(seal: Seal, profile: Profile, input: WorkerInput): string {
  loadInput(seal, profile, input, 0).delete();
  return input.hash ?? sha256Hex(input.bytes);
}

function loadInput(seal: Seal, profile: Profile, input: WorkerInput, index: number): Ciphertext {
  const { bytes, hash, checked } = input;
  if (checked !== true) {
    verifyCiphertext(seal, profile, bytes, `inputs[${index}]`);
    requireHash(bytes, hash, index);
  }
  return loadCiphertext(seal, bytes);
}

function requireHash(bytes: Uint8Array, hash: string | undefined, index: number): void {
  if (hash === undefined || sha256Hex(bytes) === hash) return;
  const argument = `inputs[${index}]`;
  throw new ComputeError('ERR_CIPHERTEXT_INVALID', `${argument} does not have its hash`, {
    argument,
    expected: hash,
  });
}

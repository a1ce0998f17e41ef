import { hashed, verifyCiphertext } from './cipher-operations.js';
import { ComputeError } from './errors.js';
import { sha256Hex } from './hashing.js';
import type { Profile } from './profiles.js';
import { weightsOf } from './programs.js';
import type { RequestOf, Step, WorkerInput } from './protocol.js';
import { loadCiphertext, save, type Seal } from './seal.js';
import type { Hashed } from './types.js';

type Ciphertext = ReturnType<typeof loadCiphertext>;

/** Computes a program whose bound was computed, and so checked, already. */
export function evaluate(
  seal: Seal,
  profile: Profile,
  request: RequestOf<'evaluate'>,
  step: Step,
): Hashed {
  const { program, inputs } = request;
  const [first, ...others] = inputs as [WorkerInput, ...WorkerInput[]];
  using result = loadInput(seal, profile, first, 0);
  if (program.name === 'mask.v1') {
    multiply(seal, result, maskSlots(profile, program.slots));
    step(1, 1);
    return hashed(save(seal.module, result));
  }
  const [weight, ...weights] = weightsOf(program, inputs.length) as [number, ...number[]];
  scale(seal, profile, result, weight);
  step(1, inputs.length);
  others.forEach((other, index) => {
    using input = loadInput(seal, profile, other, index + 1);
    accumulate(seal, profile, result, input, weights[index] as number);
    step(index + 2, inputs.length);
  });
  return hashed(save(seal.module, result));
}

/** @returns the hash of an input that SEAL can load */
export function checkInput(seal: Seal, profile: Profile, input: WorkerInput): string {
  loadInput(seal, profile, input, 0).delete();
  return input.hash ?? sha256Hex(input.bytes);
}

function loadInput(seal: Seal, profile: Profile, input: WorkerInput, index: number): Ciphertext {
  const { bytes, hash, checked } = input;
  if (checked !== true) {
    const argument = `inputs[${index}]`;
    verifyCiphertext(seal, profile, bytes, argument);
    if (hash !== undefined && sha256Hex(bytes) !== hash) {
      throw new ComputeError('ERR_CIPHERTEXT_INVALID', `${argument} does not have its hash`, {
        argument,
        expected: hash,
      });
    }
  }
  return loadCiphertext(seal, bytes);
}

function accumulate(
  seal: Seal,
  profile: Profile,
  result: Ciphertext,
  input: Ciphertext,
  weight: number,
): void {
  scale(seal, profile, input, Math.abs(weight));
  try {
    if (weight > 0) seal.evaluator.addInplace(result, input);
    else seal.evaluator.subInplace(result, input);
  } catch (cause) {
    // SEAL's only objection to two checked ciphertexts: their second polynomials cancel out.
    throw new ComputeError('ERR_CIPHERTEXT_INVALID', 'the inputs cancel out', {
      argument: 'inputs',
      expected: 'inputs that were encrypted apart',
      cause,
    });
  }
}

/**
 * Multiplies every slot. The sign goes apart: SEAL multiplies by a constant polynomial without
 * centring it, so that the constant t - 3 would make the noise grow by t and not by 3.
 */
function scale(seal: Seal, profile: Profile, ciphertext: Ciphertext, weight: number): void {
  if (weight < 0) seal.evaluator.negateInplace(ciphertext);
  const magnitude = BigInt(Math.abs(weight));
  if (magnitude === 1n) return;
  multiply(seal, ciphertext, new BigUint64Array(profile.degree).fill(magnitude));
}

function multiply(seal: Seal, ciphertext: Ciphertext, slots: BigUint64Array): void {
  using plaintext = new seal.module.Plaintext();
  seal.encoder.encode(slots, plaintext);
  seal.evaluator.multiplyPlainInplace(ciphertext, plaintext);
}

function maskSlots(profile: Profile, kept: readonly number[]): BigUint64Array {
  const slots = new BigUint64Array(profile.degree);
  for (const slot of kept) slots[slot] = 1n;
  return slots;
}

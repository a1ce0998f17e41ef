import { requireNoFault, verifyForm } from './checks.js';
import { expectedCiphertext, hashed, verifyCiphertext } from './cipher-operations.js';
import { ComputeError } from './errors.js';
import type { Hashed } from './hashed.js';
import { sha256Hex } from './hashing.js';
import type { Profile } from './profiles.js';
import { weightsOf } from './programs.js';
import { loadCiphertext, save, type Seal } from './seal.js';
import type { ProgramInput, Step, WorkerInput } from './worker-input.js';

type Ciphertext = ReturnType<typeof loadCiphertext>;

/** Computes a program whose bound was computed, and so checked, already. */
export function evaluate(seal: Seal, profile: Profile, request: ProgramInput, step: Step): Hashed {
  const { program, inputs } = request;
  const factors = program.name === 'mask.v1' ? [] : weightsOf(program, inputs.length);
  if (factors.length > 0 && factors.every((one) => Math.abs(one) === 1)) {
    return add(seal, profile, inputs, factors, step);
  }
  const [first, ...others] = inputs as [WorkerInput, ...WorkerInput[]];
  using result = loadInput(seal, profile, first, 0);
  if (program.name === 'mask.v1') {
    multiply(seal, result, maskSlots(profile, program.slots));
    step(1, 1);
    return hashed(save(seal.module, result));
  }
  const [weight, ...weights] = factors as [number, ...number[]];
  scale(seal, profile, result, weight);
  step(1, inputs.length);
  others.forEach((other, index) => {
    using input = loadInput(seal, profile, other, index + 1);
    accumulate(seal, profile, result, input, weights[index] as number);
    step(index + 2, inputs.length);
  });
  return hashed(save(seal.module, result));
}

/** Σ ±x, without SEAL. */
function add(
  seal: Seal,
  profile: Profile,
  inputs: readonly WorkerInput[],
  signs: readonly number[],
  step: Step,
): Hashed {
  seal.addition.clear();
  inputs.forEach(({ bytes, hash, checked }, index) => {
    const expected = expectedCiphertext(seal, profile, `inputs[${index}]`);
    verifyForm(profile, bytes, expected);
    requireNoFault(seal.addition.accumulate(bytes, signs[index] === 1 ? 1 : -1), expected);
    if (checked !== true) requireHash(bytes, hash, index);
    step(index + 1, inputs.length);
  });
  if (seal.addition.transparent) throw cancelledOut();
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
    throw cancelledOut(cause);
  }
}

function cancelledOut(cause?: unknown): ComputeError {
  return new ComputeError('ERR_CIPHERTEXT_INVALID', 'the inputs cancel out', {
    argument: 'inputs',
    expected: 'inputs that were encrypted apart',
    cause,
  });
}

/**
 * Multiplies every slot. The sign goes apart. SEAL multiplies by a constant polynomial without centring it,
 * so the constant t - 3 would make the noise grow by t and not by 3.
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

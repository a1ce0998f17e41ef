import { ciphertextPolynomials, hashed } from './cipher-operations.js';
import { ComputeError } from './errors.js';
import type { Profile } from './profiles.js';
import { weightsOf, type Program } from './programs.js';
import { loadCiphertext, save, type Seal } from './seal.js';
import type { Hashed } from './types.js';

type Ciphertext = ReturnType<typeof loadCiphertext>;

/** Computes a program whose bound was computed, and so checked, already. */
export function evaluate(
  seal: Seal,
  profile: Profile,
  request: { readonly program: Program; readonly inputs: readonly Uint8Array[] },
): Hashed {
  const { program, inputs } = request;
  const [first, ...others] = inputs as [Uint8Array, ...Uint8Array[]];
  using result = loadChecked(seal, profile, first, 0);
  if (program.name === 'mask.v1') {
    multiply(seal, result, maskSlots(profile, program.slots));
    return hashed(save(seal.module, result));
  }
  const [weight, ...weights] = weightsOf(program, inputs.length) as [number, ...number[]];
  scale(seal, profile, result, weight);
  others.forEach((bytes, index) => {
    using input = loadChecked(seal, profile, bytes, index + 1);
    accumulate(seal, profile, result, input, weights[index] as number);
  });
  return hashed(save(seal.module, result));
}

function loadChecked(seal: Seal, profile: Profile, bytes: Uint8Array, index: number): Ciphertext {
  ciphertextPolynomials(seal, profile, bytes, `inputs[${index}]`);
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

function scale(seal: Seal, profile: Profile, ciphertext: Ciphertext, weight: number): void {
  if (weight === 1) return;
  if (weight === -1) {
    seal.evaluator.negateInplace(ciphertext);
    return;
  }
  // The same number in every slot is a constant polynomial.
  const residue = BigInt(weight) + (weight < 0 ? profile.plainModulus : 0n);
  multiply(seal, ciphertext, new BigUint64Array(profile.degree).fill(residue));
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

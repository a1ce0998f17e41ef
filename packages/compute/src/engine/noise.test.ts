import fc from 'fast-check';
import type { Bound, Program } from '@salus/protocol/computation';
import { freshBound } from '../bfv/bounds.js';
import { PROFILE_NAMES, profileOf, type ProfileName } from '../bfv/profiles.js';
import { boundOf } from '../bfv/programs.js';
import { inWorker } from './in-worker.fixture.js';

/**
 * Encrypts under the worst secret that 35 ternary shares can add up to, one with coefficients of magnitude
 * 35. SEAL itself measures the noise of what programs make.
 */
const script = `
const { parentPort, workerData: { dist, name, cases } } = require('node:worker_threads');
const load = (file) => require(dist + '/' + file);
const profile = load('bfv/profiles.js').profileOf(name);
load('bfv/seal.js').openSeal(profile).then((seal) => {
  const { module, context } = seal;
  const { save, loadCiphertext } = load('bfv/seal.js');
  const { encrypt } = load('bfv/cipher-operations.js');
  const { evaluate } = load('bfv/evaluate-operation.js');
  const ternary = new module.KeyGenerator(context).secretKey();
  const bytes = Uint8Array.from(save(module, ternary));
  const words = new BigUint64Array(bytes.slice(88).buffer);
  words.forEach((word, index) => {
    const modulus = profile.coefficientModuli[Math.floor(index / profile.degree)];
    words[index] = (word * BigInt(profile.maxShares)) % modulus;
  });
  bytes.set(new Uint8Array(words.buffer), 88);
  const secret = new module.SecretKey();
  secret.loadFromArray(context, bytes);
  const generator = new module.KeyGenerator(context, secret);
  const publicKey = save(module, generator.createPublicKey());
  const decryptor = new module.Decryptor(context, secret);
  const results = cases.map(({ values, steps }) => {
    const bound = { least: -profile.maxValue, most: profile.maxValue };
    let inputs = values.map((one) => encrypt(seal, profile, { publicKey, values: one, bound }));
    const bySeal = inputs.map(({ bytes }) => loadCiphertext(seal, bytes));
    for (const program of steps) {
      for (const other of bySeal.slice(1)) seal.evaluator.addInplace(bySeal[0], other);
      inputs = [evaluate(seal, profile, { program, inputs }, () => {})];
    }
    const isSame = Buffer.compare(save(module, bySeal[0]), inputs[0].bytes) === 0;
    for (const each of bySeal) each.delete();
    const ciphertext = loadCiphertext(seal, inputs[0].bytes);
    const budget = decryptor.invariantNoiseBudget(ciphertext);
    const plaintext = new module.Plaintext();
    decryptor.decrypt(ciphertext, plaintext);
    const slots = seal.encoder.decodeBigUint64(plaintext).slice(0, 3);
    ciphertext.delete();
    plaintext.delete();
    return { budget, slots: Array.from(slots), isSame };
  });
  parentPort.postMessage(results);
});`;

interface Case {
  readonly values: readonly (readonly number[])[];
  readonly steps: readonly Program[];
}

interface Measured {
  readonly budget: number;
  readonly slots: readonly bigint[];
  /** Whether SEAL adds up to the same bytes. */
  readonly isSame: boolean;
}

const measure = (name: ProfileName, cases: readonly Case[]) =>
  inWorker<Measured[]>(script, { name, cases });

describe.each(PROFILE_NAMES)('under %s', (name) => {
  const profile = profileOf(name);
  const { degree, maxValue } = profile;
  const value = fc.constantFrom(maxValue, -maxValue, 0, 1, -1, 12_345);
  const values = fc.array(fc.tuple(value, value, value), { minLength: 2, maxLength: 8 });
  const random: Case[] = fc.sample(
    values.map((some) => ({ values: some, steps: [{ name: 'statistics.v1' as const }] })),
    { numRuns: 12, seed: 1 },
  );
  /** Every slot full: nothing about a plaintext makes the noise of an addition smaller. */
  const full = Array<number>(degree).fill(maxValue);
  const fixed: Case[] = [
    { values: [full], steps: [] },
    { values: Array<number[]>(profile.maxSummands).fill(full), steps: [{ name: 'sum.v1' }] },
  ];

  test('the noise that SEAL measures stays under the bound, values do not wrap, bytes are its own', async () => {
    const cases = [...fixed, ...random];
    const measured = await measure(name, cases);
    const fresh = freshBound(profile, { least: -maxValue, most: maxValue });
    const data = profile.coefficientModuli.slice(0, -1);
    const q = data.reduce((product, modulus) => product * modulus, 1n);
    cases.forEach(({ values: inputs, steps: programs }, index) => {
      let bounds: Bound[] = inputs.map(() => fresh);
      for (const program of programs) bounds = [boundOf(profile, program, bounds)];
      // SEAL: budget = bits of q - bits of t·noise - 1, so t·noise is less than 2^(bits - 1 - budget).
      const { budget, slots, isSame } = measured[index]!;
      const room = q.toString(2).length - 1 - budget;
      expect((1n << BigInt(room)) / profile.plainModulus).toBeLessThanOrEqual(
        1n << BigInt(bounds[0]!.noiseBits),
      );
      expect(slots.map(centred)).toEqual(inPlain(inputs));
      expect(isSame).toBe(true);
    });
  });

  const centred = (slot: bigint) =>
    Number(slot > profile.plainModulus / 2n ? slot - profile.plainModulus : slot);

  function inPlain(inputs: Case['values']): number[] {
    return [0, 1, 2].map((slot) => inputs.reduce((sum, row) => sum + (row[slot] ?? 0), 0));
  }
});

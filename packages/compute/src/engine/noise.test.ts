import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import type { Bound, Program } from '@salus/protocol/computation';
import { freshBound } from '../bfv/bounds.js';
import { PROFILE_NAMES, profileOf, type ProfileName } from '../bfv/profiles.js';
import { boundOf } from '../bfv/programs.js';

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
    for (const program of steps) inputs = [evaluate(seal, profile, { program, inputs }, () => {})];
    const ciphertext = loadCiphertext(seal, inputs[0].bytes);
    const budget = decryptor.invariantNoiseBudget(ciphertext);
    const plaintext = new module.Plaintext();
    decryptor.decrypt(ciphertext, plaintext);
    const slots = seal.encoder.decodeBigUint64(plaintext).slice(0, 3);
    ciphertext.delete();
    plaintext.delete();
    return { budget, slots: Array.from(slots) };
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
}

async function measure(name: ProfileName, cases: readonly Case[]): Promise<Measured[]> {
  const dist = join(__dirname, '..', '..', 'dist');
  const worker = new Worker(script, { eval: true, workerData: { dist, name, cases } });
  try {
    return await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
  } finally {
    await worker.terminate();
  }
}

describe.each(PROFILE_NAMES)('under %s', (name) => {
  const profile = profileOf(name);
  const { degree, maxValue } = profile;
  const value = fc.constantFrom(maxValue, -maxValue, 0, 1, -1, 12_345);
  const values = fc.array(fc.tuple(value, value, value), { minLength: 2, maxLength: 8 });
  const weight = fc.constantFrom(1, -1, 2, -3, 7);
  const mask: Program = { name: 'mask.v1', slots: [0, 2] };
  const steps = profile.masks ? [mask] : [];
  const random: Case[] = fc.sample(
    fc.tuple(values, fc.array(weight, { minLength: 8, maxLength: 8 })).map(([some, weights]) => ({
      values: some,
      steps: [{ name: 'weighted-sum.v1', weights: weights.slice(0, some.length) }, ...steps],
    })),
    { numRuns: 12, seed: 1 },
  );
  /** Every slot full: nothing about a plaintext makes the noise of an addition smaller. */
  const full = Array<number>(degree).fill(maxValue);
  const fixed: Case[] = [
    { values: [full], steps: [] },
    {
      values: Array<number[]>(profile.maxSummands).fill(full),
      steps: [{ name: 'sum.v1' }, ...steps],
    },
    { values: [[1], [2]], steps: [{ name: 'difference.v1' }, ...steps] },
  ];

  test('the noise that SEAL measures stays under the bound, and values do not wrap', async () => {
    const cases = [...fixed, ...random];
    const measured = await measure(name, cases);
    const fresh = freshBound(profile, { least: -maxValue, most: maxValue });
    const data = profile.coefficientModuli.slice(0, -1);
    const q = data.reduce((product, modulus) => product * modulus, 1n);
    cases.forEach(({ values: inputs, steps: programs }, index) => {
      let bounds: Bound[] = inputs.map(() => fresh);
      for (const program of programs) bounds = [boundOf(profile, program, bounds)];
      // SEAL: budget = bits of q - bits of t·noise - 1, so t·noise is less than 2^(bits - 1 - budget).
      const { budget, slots } = measured[index]!;
      const room = q.toString(2).length - 1 - budget;
      expect((1n << BigInt(room)) / profile.plainModulus).toBeLessThanOrEqual(
        1n << BigInt(bounds[0]!.noiseBits),
      );
      expect(slots.map(centred)).toEqual(inPlain(inputs, programs));
    });
  });

  const centred = (slot: bigint) =>
    Number(slot > profile.plainModulus / 2n ? slot - profile.plainModulus : slot);

  function inPlain(inputs: Case['values'], programs: readonly Program[]): number[] {
    let rows = inputs.map((row) => [0, 1, 2].map((slot) => row[slot] ?? 0));
    for (const program of programs) {
      rows = [
        [0, 1, 2].map((slot) => {
          if (program.name === 'mask.v1') return program.slots.includes(slot) ? rows[0]![slot]! : 0;
          return rows.reduce((sum, row, index) => sum + factor(program, index) * row[slot]!, 0);
        }),
      ];
    }
    return rows[0]!;
  }

  function factor(program: Program, index: number): number {
    if (program.name === 'weighted-sum.v1') return program.weights[index]!;
    return program.name === 'difference.v1' && index === 1 ? -1 : 1;
  }
});

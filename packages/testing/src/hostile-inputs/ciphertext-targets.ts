import { sha256Hex } from '@salus/compute';
import { boundOfInputs, type Material } from './material.js';
import { wellFormed } from './spoiled-polynomials.js';
import {
  asBytes,
  malformedWithHeader,
  requireHashed,
  requireRight,
  type Target,
} from './target.js';

const SUM = { name: 'sum.v1' } as const;

/** A contributor's ciphertext. */
export function ciphertextTargets({ profile, ciphertext, inputs }: Material): readonly Target[] {
  const { headerLength, degree, moduli } = ciphertext;
  const bound = boundOfInputs(profile);
  const common = { honest: ciphertext, wellFormed, malformed: malformedWithHeader };
  const refusals = ['ERR_CIPHERTEXT_INVALID', 'ERR_CIPHERTEXT_MISSING'] as const;
  /** Residue by residue, as plainly as it can be written. */
  const added = (one: Uint8Array, other: Uint8Array) => {
    const [left, right] = [one, other].map(
      (bytes) => new BigUint64Array(bytes.slice(headerLength).buffer),
    ) as [BigUint64Array, BigUint64Array];
    left.forEach((word, at) => {
      const modulus = moduli[Math.floor(at / degree) % moduli.length] as bigint;
      left[at] = (word + (right[at] as bigint)) % modulus;
    });
    return Buffer.concat([one.subarray(0, headerLength), new Uint8Array(left.buffer)]);
  };
  return [
    {
      ...{ ...common, refusals, name: 'checkCiphertext', wellFormedWeight: 200 },
      malformedWeight: 50,
      ask: async (engine, hostile) => {
        const hash = await engine.checkCiphertext(asBytes(hostile));
        requireRight(hash === sha256Hex(asBytes(hostile)), 'a ciphertext has another hash');
      },
    },
    {
      ...{ ...common, refusals, name: 'scope.load', wellFormedWeight: 120, malformedWeight: 25 },
      ask: async (engine, hostile) => {
        using scope = engine.scope();
        const handle = await scope.load({ bytes: asBytes(hostile), bound });
        const saved = scope.save(handle);
        requireHashed(saved, profile.ciphertextLength);
        requireRight(Buffer.compare(saved.bytes, asBytes(hostile)) === 0, 'a scope holds others');
      },
    },
    {
      ...{ ...common, refusals, name: 'evaluate', wellFormedWeight: 30, malformedWeight: 20 },
      ask: async (engine, hostile) => {
        const [, honest] = inputs;
        const request = [honest, { bytes: asBytes(hostile), bound }];
        const result = await engine.evaluate({ program: SUM, inputs: request });
        requireHashed(result, profile.ciphertextLength);
        const expected = sha256Hex(added(honest.bytes, asBytes(hostile)));
        requireRight(result.hash === expected, 'a sum is another one');
      },
    },
  ];
}

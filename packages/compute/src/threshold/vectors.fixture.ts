import { createHash } from 'node:crypto';
import { commonPolynomial } from '../bfv/common-polynomial.js';
import type { Profile } from '../bfv/profiles.js';
import { bytesOf, joined } from '../bfv/residues.js';
import { inWorker } from '../engine/in-worker.fixture.js';
import { Ring } from '../short-proof/ring.js';
import { derivedTernary, packTernary } from './ternary.js';

/** The inputs of the vectors: docs/compute-threshold.md derives all of them from texts. */
const inputText = (profile: Profile, ...more: readonly unknown[]) =>
  JSON.stringify(['salus vectors v1', profile.name, ...more]);

export const inputSeed = (profile: Profile, ...more: readonly unknown[]) =>
  Uint8Array.from(
    createHash('sha256')
      .update(inputText(profile, ...more))
      .digest(),
  );

export const inputSecret = (profile: Profile, shareId: string) =>
  derivedTernary(inputText(profile, 'secret', shareId), profile.degree);

export function inputError(profile: Profile, shareId: string): Int8Array {
  const hash = createHash('shake256', { outputLength: profile.degree });
  const drawn = hash.update(inputText(profile, 'error', shareId)).digest();
  return Int8Array.from(drawn, (byte) => (byte % 43) - 21);
}

/** A value in every slot. */
export const inputSlots = (profile: Profile) =>
  Array.from(
    { length: profile.degree },
    (_, slot) => ((slot * 829_348_951) % (2 ** 33 - 1)) - (2 ** 32 - 1),
  );

export const packageOf = (profile: Profile, shareId: string) =>
  joined(packTernary(inputSecret(profile, shareId)), inputSeed(profile, 'smudging key', shareId));

/** b = -a·s - e over all moduli. */
export function contributionOf(
  profile: Profile,
  seed: Uint8Array,
  { secret, error }: { readonly secret: Int8Array; readonly error: Int8Array },
): BigUint64Array {
  const ring = new Ring(profile, [...profile.coefficientModuli]);
  const [integers, a, s, e] = [
    ring.allocateRow(),
    ring.allocate(),
    ring.allocate(),
    ring.allocate(),
  ];
  const put = (into: typeof s, coefficients: Int8Array) => {
    ring.integers(integers).set(coefficients);
    ring.reduce(into, integers);
    ring.forward(into);
  };
  ring.put(a, commonPolynomial(profile, seed));
  put(s, secret);
  put(e, error);
  ring.multiply(s, a);
  ring.add(s, e);
  ring.scale(s, -1n);
  return ring.get(s);
}

/** Has the engine's own prover encrypt with a repeatable stream in the place of randomness. */
const script = `
const { parentPort, workerData } = require('node:worker_threads');
const { createHash } = require('node:crypto');
const { dist, profileName, publicKey, inputs } = workerData;
const load = (file) => require(dist + '/' + file);
const profile = load('bfv/profiles.js').profileOf(profileName);
const { Prover } = load('encryption-proof/prove.js');
load('bfv/seal.js').openSeal(profile).then((seal) => {
  parentPort.postMessage(inputs.map(({ name, values }) => {
    let draws = 0;
    const random = (bytes) => {
      const text = JSON.stringify(['salus vectors v1', profile.name, 'randomness', name, draws]);
      draws += 1;
      bytes.set(createHash('shake256', { outputLength: bytes.length }).update(text).digest());
    };
    const bound = { least: -profile.maxValue, most: profile.maxValue };
    const request = { publicKey, vectors: [{ values, bound }], contextHash: '00'.repeat(32) };
    return new Prover(seal, profile, random).encrypt(request).ciphertexts[0];
  }));
});`;

export interface EncryptedInput {
  readonly bytes: Uint8Array;
  readonly hash: string;
  readonly bound: { readonly least: number; readonly most: number; readonly noiseBits: number };
}

export async function encryptInputs(
  profile: Profile,
  publicKey: Uint8Array,
  inputs: readonly { readonly name: string; readonly values: readonly number[] }[],
): Promise<readonly EncryptedInput[]> {
  return inWorker(script, { profileName: profile.name, publicKey, inputs });
}

/** Residues of a sum, as bytes. */
export function summed(profile: Profile, secrets: readonly Uint8Array[]): Uint8Array {
  const total = new BigUint64Array(profile.secretLength / 8);
  for (const secret of secrets) {
    const view = new DataView(secret.buffer, secret.byteOffset, secret.byteLength);
    for (let index = 0; index < total.length; index += 1) {
      const modulus = profile.coefficientModuli[Math.floor(index / profile.degree)] as bigint;
      total[index] = ((total[index] as bigint) + view.getBigUint64(8 * index, true)) % modulus;
    }
  }
  return bytesOf(total);
}

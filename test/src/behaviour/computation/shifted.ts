import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { profileOf, sha256Hex, type PartialOpening } from '@salus/compute';

/** What SEAL encodes a value to, in the first slot: its plaintext's coefficients. */
const ENCODE = `
const { parentPort, workerData: { dist, name, value } } = require('node:worker_threads');
const { profileOf } = require(dist + '/bfv/profiles.js');
const { openSeal, save } = require(dist + '/bfv/seal.js');
const profile = profileOf(name);
openSeal(profile).then((seal) => {
  const slots = new BigUint64Array(profile.degree);
  slots[0] = BigInt.asUintN(64, (BigInt(value) + profile.plainModulus) % profile.plainModulus);
  const plain = new seal.module.Plaintext();
  seal.encoder.encode(slots, plain);
  parentPort.postMessage(save(seal.module, plain));
});`;
/** The workspace as it is built: a worker loads no sources. */
const dist = path.join(__dirname, '..', '..', '..', '..', 'packages', 'compute', 'dist');
/** Before the coefficients of a plaintext that SEAL saves. */
const HEADER_BYTES = 88;

/**
 * A partial opening by which the total in the first slot is another, as a member makes it that wants so.
 * The others are right: no budget of noise tells it from an honest one.
 */
export async function shifted(
  name: string,
  { shareId, bytes }: PartialOpening,
  by: number,
): Promise<PartialOpening> {
  const profile = profileOf(name);
  const moduli = profile.coefficientModuli.slice(0, -1);
  const q = moduli.reduce((product, modulus) => product * modulus, 1n);
  const t = profile.plainModulus;
  // What is opened of proven ciphertexts is twice the result.
  const plain = await encoded(name, profile.proven ? 2 * by : by);
  const residues = new BigUint64Array(Uint8Array.from(bytes).buffer);
  for (const [at, coefficient] of plain.entries()) {
    const scaled = (q * coefficient + t / 2n) / t;
    moduli.forEach((modulus, index) => {
      const place = index * profile.degree + at;
      residues[place] = ((residues[place] ?? 0n) + scaled) % modulus;
    });
  }
  const forged = new Uint8Array(residues.buffer);
  return { shareId, bytes: forged, hash: sha256Hex(forged) };
}

async function encoded(name: string, value: number): Promise<BigUint64Array> {
  const worker = new Worker(ENCODE, { eval: true, workerData: { dist, name, value } });
  const bytes = await new Promise<Uint8Array>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  await worker.terminate();
  return new BigUint64Array(Uint8Array.from(bytes.subarray(HEADER_BYTES)).buffer);
}

import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/**
 * Runs every operation in a thread that also watches SEAL's WebAssembly memory: nothing there is
 * garbage collected, so one handle not deleted shows, while the process' own memory comes and goes.
 */
const script = `
const { parentPort, workerData: { dist } } = require('node:worker_threads');
let memory;
const instantiate = WebAssembly.instantiate;
WebAssembly.instantiate = async (...args) => {
  const result = await instantiate(...args);
  const { exports } = result.instance ?? result;
  memory = Object.values(exports).find((one) => one instanceof WebAssembly.Memory) ?? memory;
  return result;
};
const load = (name) => require(dist + '/' + name);
const profile = load('profiles.js').profileOf('bfv-8192-sum-v1');
load('seal.js').openSeal(profile).then((seal) => {
  const { createShare, combineKey } = load('key-operations.js');
  const { checkCiphertext, encrypt, sum } = load('cipher-operations.js');
  const { combineOpening, partialOpening } = load('opening-operations.js');
  const seed = new Uint8Array(32);
  const round = () => {
    const members = ['A', 'B', 'C'].map((member) =>
      createShare(seal, profile, { keyId: 'k', member, seed }));
    const contributions = members.map((member) => member.contribution.bytes);
    const publicKey = combineKey(seal, profile, { seed, contributions }).bytes;
    const one = encrypt(seal, profile, { publicKey, values: [1] }).bytes;
    try { checkCiphertext(seal, profile, one.subarray(1)); } catch {}
    const ciphertext = sum(seal, profile, [one, one, one]).bytes;
    const partials = members.map(({ share }) =>
      partialOpening(seal, profile, { ciphertext, share }).bytes);
    return combineOpening(seal, profile, { ciphertext, partials })[0];
  };
  round();
  const before = memory.buffer.byteLength;
  const sums = new Set(Array.from({ length: 60 }, round));
  parentPort.postMessage({ before, after: memory.buffer.byteLength, sums: [...sums] });
});`;

test('the memory of SEAL stays flat over some hundred operations', async () => {
  const dist = join(__dirname, '..', 'dist');
  const worker = new Worker(script, { eval: true, workerData: { dist } });
  const message = await new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  await worker.terminate();
  const { before, after, sums } = message as { before: number; after: number; sums: number[] };
  expect(sums).toEqual([3]);
  // 780 operations; a single ciphertext left behind by each round would be 31 MB.
  expect(after).toBe(before);
}, 60_000);

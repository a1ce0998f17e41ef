import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** Every threshold operation, again and again, in a thread that watches SEAL's own memory. */
const script = `
const { parentPort, workerData: { dist } } = require('node:worker_threads');
const load = (name) => require(dist + '/' + name);
const profile = load('profiles.js').profileOf('bfv-8192-sum-v1');
load('seal.js').openSeal(profile).then((seal) => {
  const run = load('threshold/operations.js').thresholdOperations(seal, profile);
  const { combineKey } = load('key-operations.js');
  const committee = { members: ['A', 'B'], threshold: 2 };
  const seed = new Uint8Array(32);
  const keyId = 'k';
  const copy = (key) => structuredClone(key);
  const round = () => {
    const dealt = committee.members.flatMap((member) =>
      run.dealKey({ keyId, seed, committee, member }).dealt);
    const contributions = dealt.map(({ contribution }) => contribution.bytes);
    const publicKey = combineKey(seal, profile, { seed, contributions }).bytes;
    const keys = dealt.map((one, index) => {
      const request = { keyId, seed, committee, shareId: one.shareId, package: one.package };
      const { share } = run.acceptShare({ ...request, contribution: one.contribution.bytes });
      return { profile: profile.name, keyId, member: committee.members[index], epoch: 0,
        committee, shares: [share] };
    });
    try { run.acceptShare({ keyId, seed, committee, shareId: 's0',
      package: dealt[1].package, contribution: contributions[0] }); } catch {}
    const label = 'trial';
    const ciphertext = run.trialCiphertext({ publicKey, label }).bytes;
    const partials = keys.flatMap((key) => run.partialOpening({ ciphertext, key: copy(key) }));
    run.checkTrial({ publicKey, label, committee, partials });
    const parts = keys.flatMap((key) =>
      run.dealReshare({ key: copy(key), to: committee, epoch: 1 }, () => {}));
    run.acceptReshare({ keyId, epoch: 1, from: committee, to: committee, shareId: 's1',
      parts: parts.map((one) => ({ ...one.parts[1], from: one.shareId })) });
  };
  round();
  const before = seal.heapBytes();
  for (let count = 0; count < 40; count += 1) round();
  parentPort.postMessage({ before, after: seal.heapBytes() });
});`;

test('the memory of SEAL stays flat over some hundred threshold operations', async () => {
  const dist = join(__dirname, '..', '..', 'dist');
  const worker = new Worker(script, { eval: true, workerData: { dist } });
  const message = await new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  await worker.terminate();
  const { before, after } = message as { before: number; after: number };
  // A single ciphertext left behind by each round would be 21 MB.
  expect(after).toBe(before);
}, 60_000);

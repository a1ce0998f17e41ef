import { inWorker } from './in-worker.fixture.js';

/**
 * Runs every operation in a thread that also watches SEAL's WebAssembly memory. Nothing there is garbage
 * collected, so one handle not deleted shows. The process' own memory comes and goes.
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
const profile = load('bfv/profiles.js').profileOf('bfv-8192-sum-v1');
load('bfv/seal.js').openSeal(profile).then((seal) => {
  const run = load('engine/threshold-operations.js').thresholdOperations(seal, profile);
  const { combineKey } = load('bfv/key-operations.js');
  const { checkCiphertext, encrypt } = load('bfv/cipher-operations.js');
  const { evaluate } = load('bfv/evaluate-operation.js');
  const [seed, keyId, label] = [new Uint8Array(32), 'k', 'trial'];
  const committee = { members: ['A', 'B', 'C'], threshold: 2 };
  const sets = load('threshold/committee.js').holderSets(committee);
  const ignored = () => {};
  const refused = (attempt) => {
    try { attempt(); } catch { return; }
    throw new Error('not refused');
  };
  const slots = profile.degree;
  const round = () => {
    const dealt = committee.members.flatMap((member) =>
      run.dealKey({ keyId, seed, committee, member }).dealt)
      .sort((one, other) => one.shareId.localeCompare(other.shareId));
    const contributions = dealt.map(({ contribution }) => contribution.bytes);
    const publicKey = combineKey(seal, profile, { seed, contributions }).bytes;
    const accept = (at, from = at) => run.acceptShare({ keyId, seed, committee,
      shareId: dealt[at].shareId, package: dealt[from].package, contribution: contributions[at] });
    refused(() => accept(0, 1));
    const accepted = sets.map((_, at) => accept(at).share);
    const keys = committee.members.map((member) => ({ profile: profile.name, keyId, member, epoch: 0,
      committee, shares: accepted.filter((_, at) => sets[at].holders.includes(member)) }));
    // An operation wipes the key that it was given. Each share once.
    const each = (operation) => keys.flatMap((key) => operation(structuredClone(key)))
      .filter(({ shareId }, at, all) => all.findIndex((one) => one.shareId === shareId) === at);
    const trial = run.trialCiphertext({ publicKey, label }).bytes;
    run.checkTrial({ publicKey, label, committee,
      partials: each((key) => run.partialOpening({ ciphertext: trial, key, slots })) });
    const bytes = encrypt(seal, profile, { publicKey, values: [1] }).bytes;
    checkCiphertext(seal, profile, bytes);
    refused(() => checkCiphertext(seal, profile, bytes.subarray(1)));
    const compute = (program, count) => evaluate(seal, profile,
      { program, inputs: Array(count).fill({ bytes }) }, ignored).bytes;
    compute({ name: 'sum.v1' }, 3);
    const ciphertext = compute({ name: 'statistics.v1' }, 5);
    const partials = each((key) => run.partialOpening({ ciphertext, key, slots }));
    const [opened] = run.combineOpening({ ciphertext, committee, partials, slots });
    const parts = each((key) => run.dealReshare({ key, to: committee, epoch: 1 }, ignored));
    run.acceptReshare({ keyId, epoch: 1, from: committee, to: committee, shareId: 's1',
      parts: parts.map((one) => ({ ...one.parts[1], from: one.shareId })) });
    return opened;
  };
  round();
  const before = memory.buffer.byteLength;
  const sums = new Set(Array.from({ length: 40 }, round));
  parentPort.postMessage({ before, after: memory.buffer.byteLength, sums: [...sums] });
});`;

test('the memory of SEAL stays flat over some hundred operations', async () => {
  type Message = Readonly<{ before: number; after: number; sums: readonly number[] }>;
  const { before, after, sums } = await inWorker<Message>(script, {});
  expect(sums).toEqual([5]);
  // 1080 operations; a single ciphertext left behind by each round would be 21 MB.
  expect(after).toBe(before);
});

import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { profileOf } from '../bfv/profiles.js';
import { bytesOf, wordsOf } from '../bfv/residues.js';
import { createEngine } from '../engine/engine.js';
import { Assembly, committeeOf, PROFILE } from './committee.fixture.js';
const profile = profileOf(PROFILE);
const engine = createEngine({ profile: PROFILE });

/** SEAL decrypts with a secret key that is handed to it, as nobody but a test may have it. */
const script = `
const { parentPort, workerData: { dist, profileName, secret } } = require('node:worker_threads');
const { openSeal, save, loadCiphertext } = require(dist + '/bfv/seal.js');
const profile = require(dist + '/bfv/profiles.js').profileOf(profileName);
openSeal(profile).then((seal) => {
  using generator = new seal.module.KeyGenerator(seal.context);
  using key = generator.secretKey();
  const bytes = save(seal.module, key);
  // Decryption never looks at the residues modulo the special prime, which no share has.
  bytes.fill(0, bytes.length - profile.contributionLength);
  bytes.set(secret, bytes.length - profile.contributionLength);
  key.loadFromArray(seal.context, bytes);
  const decryptor = new seal.module.Decryptor(seal.context, key);
  parentPort.on('message', (ciphertext) => {
    using loaded = loadCiphertext(seal, ciphertext);
    using plaintext = new seal.module.Plaintext();
    decryptor.decrypt(loaded, plaintext);
    parentPort.postMessage(Array.from(seal.encoder.decodeBigInt64(plaintext), Number));
  });
});`;

function summedSecret(assembly: Assembly): Uint8Array {
  const shares = new Map(
    [...assembly.keys.values()].flatMap((key) =>
      key.shares.map(({ shareId, secret }) => [shareId, wordsOf(secret)] as const),
    ),
  );
  const sum = new BigUint64Array(profile.secretLength / 8);
  for (const words of shares.values()) {
    words.forEach((word, at) => {
      const modulus = profile.coefficientModuli[Math.floor(at / profile.degree)]!;
      sum[at] = (sum[at]! + word) % modulus;
    });
  }
  return bytesOf(sum);
}

function sealWith(secret: Uint8Array) {
  const dist = join(__dirname, '..', '..', 'dist');
  const worker = new Worker(script, {
    eval: true,
    workerData: { dist, profileName: PROFILE, secret },
  });
  const died = new Promise<never>((_, reject) => worker.once('error', reject));
  died.catch(() => undefined);
  const decrypt = async (ciphertext: Uint8Array) => {
    const answer = new Promise<number[]>((resolve) => worker.once('message', resolve));
    worker.postMessage(ciphertext);
    return await Promise.race([answer, died]);
  };
  return { decrypt, close: async () => await worker.terminate() };
}

describe('opening together and decrypting with the sum of all shares', () => {
  let first: Assembly;
  beforeAll(async () => {
    first = await Assembly.meet(committeeOf(3, 5), { engine });
  });
  afterAll(async () => {
    await engine.close();
  });

  test('give the same, for any values, before and after a resharing', async () => {
    const next = await first.reshare(committeeOf(2, 3, 'New'));
    const seals = [sealWith(summedSecret(first)), sealWith(summedSecret(next))];
    const bound = { least: -(2 ** 31), most: 2 ** 31 };
    const slots = fc.array(fc.integer({ min: bound.least, max: bound.most }), {
      minLength: 1,
      maxLength: 50,
    });
    const property = fc.asyncProperty(slots, async (values) => {
      const { publicKey } = first;
      const { bytes } = await engine.encrypt({ publicKey, values, bound });
      const expected = [...values, ...Array<number>(profile.degree - values.length).fill(0)];
      expect(await first.open(bytes, [0, 1, 3])).toEqual(expected);
      expect(await next.open(bytes, [0, 2])).toEqual(expected);
      for (const { decrypt } of seals) expect(await decrypt(bytes)).toEqual(expected);
    });
    try {
      await fc.assert(property, { numRuns: 10 });
    } finally {
      for (const { close } of seals) await close();
    }
  });

  test('is the same secret before and after: the public key stays', async () => {
    const next = await first.reshare(committeeOf(2, 3, 'New'));
    expect(Buffer.compare(summedSecret(first), summedSecret(next))).toBe(0);
  });
});

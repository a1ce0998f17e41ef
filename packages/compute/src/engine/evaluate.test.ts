import type { Program } from '@salus/protocol/computation';
import type { BoundHashed } from '../bfv/hashed.js';
import { sha256Hex } from '../bfv/hashing.js';
import { HEADER_LENGTH, profileOf } from '../bfv/profiles.js';
import { withHeader, wordsOf } from '../bfv/residues.js';
import { decodeStatistics, packStatistics } from '../packing/statistics.js';
import { Assembly, committeeOf } from '../threshold/committee.fixture.js';
import { createEngine } from './engine.js';

const profile = profileOf('bfv-8192-sum-v1');
const sum = { name: 'sum.v1' } as const;

describe('an evaluation', () => {
  let committee: Assembly;
  let first: BoundHashed;
  let second: BoundHashed;
  const encrypt = (values: readonly number[], most: number) =>
    committee.engine.encrypt({
      publicKey: committee.publicKey,
      values,
      bound: { least: -most, most },
    });
  const evaluate = (program: Program, ...inputs: readonly BoundHashed[]) =>
    committee.engine.evaluate({ program, inputs });
  const open = (bytes: Uint8Array) => committee.open(bytes);
  beforeAll(async () => {
    const engine = createEngine({ profile: profile.name });
    committee = await Assembly.meet(committeeOf(2, 3), { engine });
    first = await encrypt([1, -2, 3], 5);
    second = await encrypt([10, 20, 30], 50);
  });
  afterAll(async () => {
    await committee.engine.close();
  });

  test.each<[Program, readonly number[]]>([
    [sum, [11, 18, 33, 0]],
    [{ name: 'statistics.v1' }, [11, 18, 33, 0]],
  ])('of %j opens to what the values give', async (program, expected) => {
    const { bytes } = await evaluate(program, first, second);
    expect((await open(bytes)).slice(0, 4)).toEqual(expected);
  });

  test('of statistics gives mean and variance', async () => {
    const values = [12_345_678, 23_456_789, -34_567_890];
    const { maxValue: most } = profile;
    const inputs = await Promise.all(
      values.map((value) => encrypt(packStatistics(profile, [value]), most)),
    );
    const { bytes } = await evaluate({ name: 'statistics.v1' }, ...inputs);
    const { mean, variance } = decodeStatistics(profile, await open(bytes), 3);
    expect(mean).toBeCloseTo(values.reduce((total, value) => total + value) / 3, 6);
    const squares = values.map((value) => (value - mean) ** 2);
    expect(variance / (squares.reduce((total, one) => total + one) / 3)).toBeCloseTo(1, 12);
  });

  test('gives the same bytes in another worker, from the cache, and step by step', async () => {
    const program: Program = sum;
    const here = await evaluate(program, first, second);
    await using other = createEngine({ profile: profile.name, workers: 2 });
    const named = await other.evaluate({ program, inputs: [first, second] });
    const byHash = [first, second].map(({ hash, bound }) => ({ hash, bound }));
    const cached = await other.evaluate({ program, inputs: byHash });
    using scope = other.scope();
    const handles = await Promise.all([first, second].map((input) => scope.load(input)));
    const stepped = scope.save(await scope.evaluate({ name: 'statistics.v1' }, handles));
    for (const there of [named, cached, stepped]) {
      expect(there.hash).toBe(here.hash);
      expect(there.bound).toEqual(here.bound);
      expect(sha256Hex(there.bytes)).toBe(here.hash);
    }
  });

  test('goes on in a fresh worker when SEAL has grown too big', async () => {
    await using other = createEngine({ profile: profile.name, maxHeapBytes: 1 });
    const inputs = [first, second];
    const results = [await other.evaluate({ program: sum, inputs })];
    results.push(await other.evaluate({ program: sum, inputs }));
    expect(new Set(results.map(({ hash }) => hash)).size).toBe(1);
  });

  test('needs a worker', () => {
    expect(() => createEngine({ workers: 0 })).toThrow('an engine needs a worker');
  });

  test('needs the bytes where the cache has none', async () => {
    await using other = createEngine({ profile: profile.name, cacheBytes: 0 });
    await other.evaluate({ program: sum, inputs: [first, second] });
    const inputs = [{ hash: first.hash, bound: first.bound }];
    await expect(other.evaluate({ program: sum, inputs })).rejects.toMatchObject({
      code: 'ERR_CIPHERTEXT_MISSING',
    });
  });

  test('needs no bytes of what was checked before', async () => {
    await using other = createEngine({ profile: profile.name });
    const inputs = [first, second].map(({ hash, bound }) => ({ hash, bound }));
    await other.checkCiphertext(first.bytes);
    await expect(other.checkCiphertext(second.bytes.subarray(1))).rejects.toMatchObject({
      code: 'ERR_CIPHERTEXT_INVALID',
    });
    await expect(other.evaluate({ program: sum, inputs })).rejects.toMatchObject({
      code: 'ERR_CIPHERTEXT_MISSING',
    });
    await other.checkCiphertext(second.bytes);
    const { hash } = await other.evaluate({ program: sum, inputs });
    expect(hash).toBe((await evaluate(sum, first, second)).hash);
  });

  test('refuses bytes that do not have their hash, and keeps them out of the cache', async () => {
    const lie = { ...second, hash: sha256Hex(Uint8Array.of(1)) };
    const inputs = [first, lie];
    const refused = { code: 'ERR_CIPHERTEXT_INVALID', argument: 'inputs[1]' };
    await expect(committee.engine.evaluate({ program: sum, inputs })).rejects.toMatchObject(
      refused,
    );
    const { hash, bound } = lie;
    await expect(
      committee.engine.evaluate({ program: sum, inputs: [{ hash, bound }] }),
    ).rejects.toMatchObject({ code: 'ERR_CIPHERTEXT_MISSING' });
  });

  test('refuses what cancels out, and goes on', async () => {
    await expect(evaluate(sum, first, negated(first))).rejects.toMatchObject({
      code: 'ERR_CIPHERTEXT_INVALID',
      message: 'the inputs cancel out',
    });
    expect((await open((await evaluate(sum, first, second)).bytes))[0]).toBe(11);
  });

  test('refuses by its bound before a worker hears of it', async () => {
    const idle = createEngine({ profile: profile.name, workerPath: '/nowhere/worker.js' });
    const noisy = { ...first, bound: { ...first.bound, noiseBits: 48 } };
    const wide = { ...first, bound: { ...first.bound, most: 2 ** 39 - 2 ** 20 } };
    await expect(idle.evaluate({ program: sum, inputs: [noisy, noisy] })).rejects.toMatchObject({
      code: 'ERR_NOISE_EXHAUSTED',
    });
    await expect(idle.evaluate({ program: sum, inputs: [wide, wide] })).rejects.toMatchObject({
      code: 'ERR_OVERFLOW',
    });
    await idle.close();
  });

  test('tells how far it is and stops when it is given up', async () => {
    const inputs = Array<BoundHashed>(200).fill(second);
    const controller = new AbortController();
    const seen: number[] = [];
    const given = committee.engine.evaluate(
      { program: sum, inputs },
      {
        signal: controller.signal,
        onProgress: ({ done, total }) => {
          expect(total).toBe(200);
          seen.push(done);
          controller.abort();
        },
      },
    );
    await expect(given).rejects.toMatchObject({ code: 'ERR_CANCELLED' });
    expect((await open((await evaluate(sum, first, second)).bytes))[0]).toBe(11);
    expect(seen).toEqual([1]);
  });

  test('of more inputs than a message holds adds all of them, and names the one that is bad', async () => {
    const bytesOnly = ({ bytes, bound }: BoundHashed) => ({ bytes, bound });
    const inputs = Array.from({ length: 20 }, (_, index) => (index % 3 === 0 ? first : second));
    const done: number[] = [];
    const result = await committee.engine.evaluate(
      { program: sum, inputs: inputs.map(bytesOnly) },
      { onProgress: (progress) => done.push(progress.done) },
    );
    let oneByOne = first;
    for (const input of inputs.slice(1)) oneByOne = await evaluate(sum, oneByOne, input);
    expect(result.hash).toBe(oneByOne.hash);
    expect(done).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));

    const spoiled = { ...bytesOnly(first), bytes: first.bytes.subarray(1) };
    const bad = committee.engine.evaluate({
      program: sum,
      inputs: inputs.map(bytesOnly).with(17, spoiled),
    });
    await expect(bad).rejects.toMatchObject({
      code: 'ERR_CIPHERTEXT_INVALID',
      argument: 'inputs[17]',
    });
    // What the refused one left in the worker does not count.
    expect((await evaluate(sum, first, second)).hash).toBe(
      (await evaluate(sum, second, first)).hash,
    );
    expect((await open((await evaluate(sum, first, second)).bytes))[0]).toBe(11);
  });

  test('leaves callers their bytes, and takes them wherever they lie in memory', async () => {
    const { hash } = await evaluate(sum, first, second);
    const lyingAt = (offset: number, { bytes }: BoundHashed) => {
      const copy = new Uint8Array(new ArrayBuffer(offset + bytes.length), offset);
      copy.set(bytes);
      return copy;
    };
    await using other = createEngine({ profile: profile.name, cacheBytes: 0 });
    for (const offset of [0, 1, 3, 7]) {
      const inputs = [first, second].map((one) => ({ ...one, bytes: lyingAt(offset, one) }));
      const unnamed = inputs.map(({ bytes, bound }) => ({ bytes, bound }));
      for (const given of [unnamed, inputs]) {
        expect((await other.evaluate({ program: sum, inputs: given })).hash).toBe(hash);
      }
      expect(inputs.map(({ bytes }) => sha256Hex(bytes))).toEqual([first.hash, second.hash]);
      await other.checkCiphertext(inputs[0]?.bytes ?? Uint8Array.of());
    }
  });

  test('in a scope ends with it', async () => {
    const scope = committee.engine.scope();
    const handle = await scope.load(first);
    using stranger = committee.engine.scope();
    const foreign = await stranger.load(second);
    const closed = { code: 'ERR_SCOPE_CLOSED' };
    await expect(scope.evaluate(sum, [handle, foreign])).rejects.toMatchObject(closed);
    scope.close();
    await expect(scope.evaluate(sum, [handle])).rejects.toMatchObject(closed);
    await expect(scope.load(second)).rejects.toMatchObject(closed);
    expect(() => scope.save(handle)).toThrow('the scope is closed');
  });

  test('of hostile inputs in a row leaves an engine that answers right', async () => {
    for (let round = 0; round < 300; round += 1) {
      const bytes = Uint8Array.from(first.bytes);
      const position = (round * 7919) % bytes.length;
      if (round % 3 === 0) bytes[position % 113]! ^= 1 + (round % 255);
      else bytes.fill(0xff, 113 + 8 * (position % 65536));
      const hostile = round % 3 === 2 ? bytes.subarray(0, position) : bytes;
      const inputs = [second, { bytes: hostile, bound: first.bound }];
      const outcome = committee.engine.evaluate({ program: sum, inputs });
      await expect(outcome).rejects.toMatchObject({ code: 'ERR_CIPHERTEXT_INVALID' });
    }
    expect((await open((await evaluate(sum, first, second)).bytes))[0]).toBe(11);
  });
});

/** Minus every coefficient: an honest-looking ciphertext that cancels another one. */
function negated({ bytes, bound }: BoundHashed): BoundHashed {
  const words = wordsOf(bytes, HEADER_LENGTH);
  const moduli = profile.coefficientModuli.slice(0, -1);
  words.forEach((word, index) => {
    const modulus = moduli[Math.floor(index / profile.degree) % moduli.length] ?? 1n;
    words[index] = word === 0n ? 0n : modulus - word;
  });
  const opposite = withHeader(bytes.subarray(0, HEADER_LENGTH), words);
  return { bytes: opposite, hash: sha256Hex(opposite), bound };
}

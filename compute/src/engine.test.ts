import fc from 'fast-check';
import { Committee } from './committee.fixture.js';
import { createEngine } from './engine.js';
import { commitmentToContribution, sha256Hex } from './hashing.js';
import { profileOf } from './profiles.js';

const profile = profileOf('bfv-8192-sum-v1');

describe('an engine', () => {
  let committee: Committee;
  beforeAll(async () => {
    committee = await Committee.meet();
  });
  afterAll(async () => {
    await committee.engine.close();
  });

  test('opens a sum of encryptions to the sum of the values', async () => {
    const vector = fc.array(fc.integer({ min: 0, max: profile.maxValue }), {
      minLength: 1,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(vector, { minLength: 1, maxLength: 6 }), async (vectors) => {
        const ciphertexts = await Promise.all(vectors.map((values) => committee.encrypt(values)));
        const { bytes } = await committee.engine.sum(ciphertexts);
        const slots = await committee.open(bytes);
        const expected = Array.from({ length: 12 }, (_, slot) =>
          vectors.reduce((sum, values) => sum + (values[slot] ?? 0), 0),
        );
        expect(slots.slice(0, 12)).toEqual(expected);
        expect(slots.slice(12).every((slot) => slot === 0)).toBe(true);
      }),
      { numRuns: 8 },
    );
  });

  test('opens the largest sum that the profile allows', async () => {
    const ciphertext = await committee.encrypt([profile.maxValue]);
    const copies = Array<Uint8Array>(profile.maxSummands).fill(ciphertext);
    const { bytes } = await committee.engine.sum(copies);
    const slots = await committee.open(bytes);
    expect(slots[0]).toBe(profile.maxSummands * profile.maxValue);
    await expect(committee.engine.sum([...copies, ciphertext])).rejects.toMatchObject({
      code: 'ERR_TOO_MANY_SUMMANDS',
    });
  });

  test('gives the same bytes for the same sum, in another worker too', async () => {
    const inputs = [await committee.encrypt([1, 2]), await committee.encrypt([3])];
    const other = createEngine();
    const here = await committee.engine.sum(inputs);
    const there = await other.sum(inputs);
    await other.close();
    expect(there).toEqual(here);
    expect(here.hash).toBe(sha256Hex(here.bytes));
  });

  test.each([[[-1]], [[1.5]], [[2 ** 32]], [[Number.NaN]], [[]], [Array<number>(8193).fill(0)]])(
    'refuses to encrypt what the profile does not cover',
    async (values) => {
      await expect(committee.encrypt(values)).rejects.toMatchObject({
        code: 'ERR_VALUE_OUT_OF_RANGE',
      });
    },
  );

  test('refuses a public key that is not one', async () => {
    const publicKey = Uint8Array.from(committee.publicKey);
    publicKey.fill(0xff, 200, 208);
    for (const bytes of [publicKey, committee.publicKey.subarray(1)]) {
      await expect(
        committee.engine.encrypt({ publicKey: bytes, values: [1] }),
      ).rejects.toMatchObject({ code: 'ERR_PUBLIC_KEY_INVALID' });
    }
  });

  test('binds a commitment to key, member and seed', () => {
    const { contribution, commitment, share } = committee.members[0]!;
    const context = { ...share, seed: committee.seed };
    expect(commitmentToContribution(context, contribution.bytes)).toBe(commitment);
    for (const change of [{ keyId: 'other' }, { member: 'Other' }, { seed: new Uint8Array(32) }]) {
      expect(commitmentToContribution({ ...context, ...change }, contribution.bytes)).not.toBe(
        commitment,
      );
    }
  });

  test('refuses a profile that does not exist', () => {
    expect(() => createEngine({ profile: 'rot13' as never })).toThrow('no such parameter profile');
  });
});

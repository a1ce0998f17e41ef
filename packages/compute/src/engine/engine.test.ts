import fc from 'fast-check';
import { freshBound } from '../bfv/bounds.js';
import { profileOf } from '../bfv/profiles.js';
import { Assembly, committeeOf } from '../threshold/committee.fixture.js';
import { createEngine } from './engine.js';

const profile = profileOf('bfv-8192-sum-v1');

describe('an engine', () => {
  let committee: Assembly;
  beforeAll(async () => {
    committee = await Assembly.meet(committeeOf(2, 3));
  });
  afterAll(async () => {
    await committee.engine.close();
  });

  const sum = async (ciphertexts: readonly Uint8Array[]) => {
    const bound = freshBound(profile, { least: 0, most: profile.maxValue });
    const inputs = ciphertexts.map((bytes) => ({ bytes, bound }));
    return (await committee.engine.evaluate({ program: { name: 'sum.v1' }, inputs })).bytes;
  };

  test('opens a sum of encryptions to the sum of the values', async () => {
    const vector = fc.array(fc.integer({ min: 0, max: profile.maxValue }), {
      minLength: 1,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(vector, { minLength: 1, maxLength: 6 }), async (vectors) => {
        const ciphertexts = await Promise.all(vectors.map((values) => committee.encrypt(values)));
        const slots = await committee.open(await sum(ciphertexts));
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
    const slots = await committee.open(await sum(copies));
    expect(slots[0]).toBe(profile.maxSummands * profile.maxValue);
    await expect(sum([...copies, ...copies])).rejects.toMatchObject({
      code: 'ERR_OVERFLOW',
    });
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

  test('refuses a profile that does not exist', () => {
    expect(() => createEngine({ profile: 'rot13' as never })).toThrow('no such parameter profile');
  });
});

import { profileOf } from '../bfv/profiles.js';
import { bytesOf, wordsOf } from '../bfv/residues.js';
import { createEngine } from '../engine/engine.js';
import { Assembly, choices, committeeOf, PROFILE } from './committee.fixture.js';
import { holderSets } from './committee.js';
import { examinePartials } from './examination.js';
import type { PostedHash } from './types.js';

const profile = profileOf(PROFILE);
const dataModuli = profile.coefficientModuli.slice(0, -1);
const engine = createEngine({ profile: PROFILE });
afterAll(async () => {
  await engine.close();
});
const noise = {
  code: 'ERR_NOISE_EXCEEDED',
  message: expect.stringContaining('noise') as string,
};
const values = [12_50, 80_00, -3];
const bound = { least: -100_00, most: 100_00 };

async function encrypted(assembly: Assembly): Promise<Uint8Array> {
  const { publicKey } = assembly;
  return (await engine.encrypt({ publicKey, values, bound })).bytes;
}

const committees = [3, 4, 5].flatMap((size) =>
  [2, 3].filter((threshold) => size >= 2 * threshold - 1).map((threshold) => [threshold, size]),
) as [number, number][];

describe('a threshold opening', () => {
  test.each(committees)(
    '%i of %i: every set of so many members opens, every smaller one cannot',
    async (t, n) => {
      const assembly = await Assembly.meet(committeeOf(t, n), { engine });
      const ciphertext = await encrypted(assembly);
      for (const members of choices(n, t)) {
        expect((await assembly.open(ciphertext, members)).slice(0, 4)).toEqual([...values, 0]);
      }
      for (const members of choices(n, t - 1)) {
        await expect(assembly.open(ciphertext, members)).rejects.toMatchObject({
          code: 'ERR_PARTIAL_INVALID',
        });
      }
    },
  );

  test.each([
    [4, 7],
    [2, 7],
    [3, 7],
  ])('%i of %i: some sets of so many members open', async (t, n) => {
    const assembly = await Assembly.meet(committeeOf(t, n), { engine });
    const ciphertext = await encrypted(assembly);
    const sets = choices(n, t);
    for (const members of [sets[0], sets[Math.floor(sets.length / 2)], sets.at(-1)]) {
      expect((await assembly.open(ciphertext, members)).slice(0, 4)).toEqual([...values, 0]);
    }
  });
});

describe('an opening by 3 of 5', () => {
  let assembly: Assembly;
  let ciphertext: Uint8Array;
  let partials: { shareId: string; bytes: Uint8Array }[];
  beforeAll(async () => {
    assembly = await Assembly.meet(committeeOf(3, 5), { engine });
    ciphertext = await encrypted(assembly);
    partials = await assembly.partials(ciphertext);
  });
  const combine = (given: typeof partials) =>
    engine.combineOpening({
      slots: 8192,
      ciphertext,
      committee: assembly.committee,
      partials: given,
    });

  test('shows two members noise, even if they fill in the share that they miss', async () => {
    const two = await assembly.partials(ciphertext, [0, 1]);
    expect(two).toHaveLength(9);
    const missing = partials.find(({ shareId }) => two.every((one) => one.shareId !== shareId))!;
    const guesses = [two[0]!.bytes, bytesOf(wordsOf(missing.bytes).reverse())];
    const foreign = await assembly.partials(await encrypted(assembly), [2, 3, 4]);
    guesses.push(foreign.find(({ shareId }) => shareId === missing.shareId)!.bytes);
    for (const bytes of guesses) {
      const reduced = wordsOf(bytes).map((word, at) => {
        return word % dataModuli[Math.floor(at / profile.degree)]!;
      });
      const guess = { shareId: missing.shareId, bytes: bytesOf(reduced) };
      await expect(combine([...two, guess])).rejects.toMatchObject(noise);
    }
  });

  test('with a partial opening by a share of another key gives noise', async () => {
    const strangers = await Assembly.meet(assembly.committee, { engine, keyId: 'key-2' });
    const [foreign] = await strangers.partials(ciphertext);
    await expect(combine(partials.with(0, foreign!))).rejects.toMatchObject(noise);
  });

  test('gets the same bytes from all holders of a share, however often they are asked', async () => {
    const hashes = new Map<string, Set<string>>();
    for (const member of [0, 1, 2, 3, 4, 0]) {
      const key = assembly.key(member);
      for (const { shareId, hash } of await engine.partialOpening({
        slots: 8192,
        ciphertext,
        key,
      })) {
        hashes.set(shareId, (hashes.get(shareId) ?? new Set()).add(hash));
      }
    }
    expect([...hashes.values()].map(({ size }) => size)).toEqual(Array(10).fill(1));
  });

  test('names the member who shifts the total, and opens the right one without it', async () => {
    const { committee } = assembly;
    const posted: PostedHash[] = [];
    for (const [index, member] of committee.members.entries()) {
      const key = assembly.key(index);
      const given = await engine.partialOpening({ slots: 8192, ciphertext, key });
      for (const { shareId, hash } of given) posted.push({ member, shareId, hash });
    }
    const liar = committee.members[2]!;
    const lie = posted.map((one) =>
      one.member === liar && one.shareId === 's0' ? { ...one, hash: 'shifted' } : one,
    );
    const result = examinePartials(committee, lie);
    expect(result.liars).toEqual([liar]);
    expect(result.agreed).toEqual(examinePartials(committee, posted).agreed);
    // Undetected, the lie would have been a wrong total:
    const shifted = partials.map((one) =>
      one.shareId === 's0' ? { ...one, bytes: plusOne(one.bytes) } : one,
    );
    expect((await combine(shifted)).slice(0, 4)).toEqual([12_51, 80_01, -2, 1]);
  });

  test('needs one partial opening of each share, no other and none twice', async () => {
    const wrong = [partials.slice(1), [...partials, partials[0]!], partials.with(0, partials[1]!)];
    for (const given of wrong) {
      await expect(combine(given)).rejects.toMatchObject({ code: 'ERR_PARTIAL_INVALID' });
    }
  });

  test('refuses partial openings that are not reduced, too short, or all zero', async () => {
    const { shareId, bytes } = partials[0]!;
    const wrong = [
      Uint8Array.from(bytes).fill(0xff, 0, 8),
      bytes.subarray(8),
      new Uint8Array(bytes.length),
    ];
    for (const one of wrong) {
      await expect(combine(partials.with(0, { shareId, bytes: one }))).rejects.toMatchObject({
        code: 'ERR_PARTIAL_INVALID',
        argument: `partials[${shareId}]`,
      });
    }
  });

  test('refuses a key that is not one, and a share that its member does not hold', async () => {
    const key = assembly.key(0);
    const [share, ...others] = key.shares;
    const wrong = [
      { ...key, profile: 'other' as never },
      { ...key, member: 'Member4MSP' },
      { ...key, shares: others },
      { ...key, shares: [{ ...share!, secret: share!.secret.subarray(8) }, ...others] },
      { ...key, shares: [{ ...share!, smudgingKey: new Uint8Array(31) }, ...others] },
    ];
    for (const one of wrong) {
      await expect(
        engine.partialOpening({ slots: 8192, ciphertext, key: one }),
      ).rejects.toMatchObject({
        code: 'ERR_SHARE_INVALID',
      });
    }
    const foreign = holderSets(assembly.committee).at(-1)!.shareId;
    await expect(
      engine.partialOpening({ slots: 8192, ciphertext, key, shareIds: [foreign] }),
    ).rejects.toMatchObject({ code: 'ERR_SHARE_INVALID', argument: 'shareIds' });
  });

  /** Adds ⌊q/t⌋ to the constant coefficient: the plaintext 1, which is 1 in every slot. */
  function plusOne(bytes: Uint8Array): Uint8Array {
    const q = dataModuli.reduce((product, modulus) => product * modulus, 1n);
    const words = wordsOf(bytes);
    dataModuli.forEach((modulus, index) => {
      const constant = index * profile.degree;
      words[constant] = (words[constant]! + q / profile.plainModulus) % modulus;
    });
    return bytesOf(words);
  }
});

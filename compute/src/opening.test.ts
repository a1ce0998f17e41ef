import { Committee } from './committee.fixture.js';
import { wordsOf, bytesOf } from './residues.js';
import { profileOf } from './profiles.js';

const profile = profileOf('bfv-8192-sum-v1');

describe('an opening', () => {
  let committee: Committee;
  let ciphertext: Uint8Array;
  let partials: Uint8Array[];
  beforeAll(async () => {
    committee = await Committee.meet();
    ciphertext = await committee.encrypt([12_50, 80_00]);
    partials = await committee.partials(ciphertext);
  });
  afterAll(async () => {
    await committee.engine.close();
  });

  const combine = (given: readonly Uint8Array[]) =>
    committee.engine.combineOpeningOfAll({ ciphertext, partials: given });
  const noise = {
    code: 'ERR_PARTIAL_INVALID',
    message: expect.stringContaining('noise') as string,
  };

  test('by all members gives the values', async () => {
    expect((await combine(partials)).slice(0, 3)).toEqual([12_50, 80_00, 0]);
  });

  test('by all members but one gives noise, whoever is missing', async () => {
    for (const missing of partials.keys()) {
      await expect(combine(partials.toSpliced(missing, 1))).rejects.toMatchObject(noise);
    }
  });

  test('with the partial opening of another ciphertext gives noise', async () => {
    const [foreign] = await committee.partials(await committee.encrypt([1]));
    await expect(combine(partials.with(0, foreign!))).rejects.toMatchObject(noise);
  });

  test('with a partial opening by a share of another key gives noise', async () => {
    const strangers = await Committee.meet({ engine: committee.engine, keyId: 'key-2' });
    const [foreign] = await strangers.partials(ciphertext);
    await expect(combine(partials.with(0, foreign!))).rejects.toMatchObject(noise);
  });

  test('is asked for twice without giving a second sample of the smudging noise', async () => {
    expect(await committee.partials(ciphertext)).toEqual(partials);
  });

  test('hides the members noise: two ciphertexts of one value have unlike smudging', async () => {
    const other = await committee.partials(await committee.encrypt([12_50, 80_00]));
    expect(other[0]).not.toEqual(partials[0]);
  });

  test('can be shifted by a lying member unnoticed, which n-of-n cannot detect', async () => {
    // Documented limit: adding Δ·(plaintext) to a partial opening moves the totals.
    const shift = oneInEverySlot();
    const lie = wordsOf(partials[0]!);
    shift.forEach((value, index) => {
      const modulus = profile.coefficientModuli[Math.floor(index / profile.degree)]!;
      lie[index] = (lie[index]! + value) % modulus;
    });
    const slots = await combine(partials.with(0, bytesOf(lie)));
    expect(slots.slice(0, 3)).toEqual([12_51, 80_01, 1]);
  });

  /** ⌊q/t⌋ as a constant polynomial: the plaintext 1, which is 1 in every slot. */
  function oneInEverySlot(): BigUint64Array {
    const moduli = profile.coefficientModuli.slice(0, -1);
    const q = moduli.reduce((product, modulus) => product * modulus, 1n);
    const delta = q / profile.plainModulus;
    const words = new BigUint64Array(moduli.length * profile.degree);
    moduli.forEach((modulus, index) => (words[index * profile.degree] = delta % modulus));
    return words;
  }

  test.each([1, 8])('refuses %i partial openings', async (count) => {
    const given = Array<Uint8Array>(count).fill(partials[0]!);
    await expect(combine(given)).rejects.toMatchObject({ code: 'ERR_PARTIAL_INVALID' });
  });

  test('refuses partial openings that are not reduced, too short, or all zero', async () => {
    const unreduced = Uint8Array.from(partials[0]!).fill(0xff, 0, 8);
    const wrong = [unreduced, partials[0]!.subarray(8), new Uint8Array(profile.partialLength)];
    for (const one of wrong) {
      await expect(combine(partials.with(0, one))).rejects.toMatchObject({
        code: 'ERR_PARTIAL_INVALID',
        argument: 'partials[0]',
      });
    }
  });

  test('refuses a share that is not one', async () => {
    const { share } = committee.members[0]!;
    const wrong = [
      { ...share, secret: share.secret.subarray(8) },
      { ...share, smudgingKey: new Uint8Array(31) },
      { ...share, profile: 'other' as never },
    ];
    for (const one of wrong) {
      await expect(
        committee.engine.partialOpeningOfAll({ ciphertext, share: one }),
      ).rejects.toMatchObject({ code: 'ERR_SHARE_INVALID' });
    }
  });

  test.each([2, 5, 7])('works for a committee of %i', async (size) => {
    const other = await Committee.meet({ engine: committee.engine, keyId: 'key-n', size });
    const slots = await other.open(await other.encrypt([42]));
    expect(slots[0]).toBe(42);
  });
});

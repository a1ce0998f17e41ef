import { sha256Hex } from '../bfv/hashing.js';
import { PROFILE_NAMES, profileOf } from '../bfv/profiles.js';
import { bytesOf, wordsOf } from '../bfv/residues.js';
import { createEngine } from '../engine/engine.js';
import { commitmentOf } from './commitment.js';
import { Assembly, committeeOf, PROFILE } from './committee.fixture.js';
import type { Committee, DealtShare } from './types.js';

const profile = profileOf(PROFILE);
const engine = createEngine({ profile: PROFILE });
const committee = committeeOf(2, 3);
const seed = new Uint8Array(32).fill(9);
const keyId = 'key-1';
afterAll(async () => {
  await engine.close();
});

async function deal(member: string, to: Committee = committee): Promise<DealtShare> {
  const [dealt] = (await engine.dealKey({ keyId, seed, committee: to, member })).dealt;
  return dealt!;
}

describe('a dealt share', () => {
  let dealt: DealtShare;
  beforeAll(async () => {
    dealt = await deal('Member0MSP');
  });

  const accept = (change: { contribution?: Uint8Array; package?: Uint8Array; shareId?: string }) =>
    engine.acceptShare({
      keyId,
      seed,
      committee,
      shareId: dealt.shareId,
      contribution: dealt.contribution.bytes,
      package: dealt.package,
      ...change,
    });
  const refused = { code: 'ERR_SHARE_INVALID' };

  test('is the same for every holder, who posts the dealer’s fingerprint', async () => {
    const [one, other] = [await accept({}), await accept({})];
    expect(one.fingerprint).toBe(dealt.fingerprint);
    expect(sha256Hex(one.share.secret)).toBe(sha256Hex(other.share.secret));
  });

  test('is small: 2 bits a coefficient and a key', () => {
    expect(dealt.package.length).toBe(8192 / 4 + 32);
  });

  test('is refused when its secret is not the contribution’s', async () => {
    const other = await deal('Member0MSP');
    await expect(accept({ package: other.package })).rejects.toMatchObject(refused);
    await expect(accept({ contribution: other.contribution.bytes })).rejects.toMatchObject(refused);
  });

  test('is refused when one coefficient differs, or is none of the three', async () => {
    for (const bits of [1, 2, 3]) {
      const package_ = Uint8Array.from(dealt.package);
      package_[100] = (package_[100]! & 0xfc) | bits;
      if (package_[100] === dealt.package[100]) continue;
      await expect(accept({ package: package_ })).rejects.toMatchObject(refused);
    }
  });

  test('is refused when the contribution is changed under any modulus, the special one too', async () => {
    for (const [index, modulus] of profile.coefficientModuli.entries()) {
      const words = wordsOf(dealt.contribution.bytes);
      const at = index * profile.degree + 17;
      words[at] = (words[at]! + 1n) % modulus;
      await expect(accept({ contribution: bytesOf(words) })).rejects.toMatchObject(refused);
    }
  });

  test('is refused when the contribution’s error is larger than SEAL’s', async () => {
    const words = wordsOf(dealt.contribution.bytes);
    // In NTT form a constant is the same residue everywhere: an error of 50 in coefficient 0.
    words.forEach((residue, at) => {
      const modulus = profile.coefficientModuli[Math.floor(at / profile.degree)]!;
      words[at] = (residue + 50n) % modulus;
    });
    await expect(accept({ contribution: bytesOf(words) })).rejects.toMatchObject(refused);
  });

  test('is refused when its secret is zero, its package too long, its share unknown', async () => {
    const zero = Uint8Array.from(dealt.package).fill(0, 0, 2048);
    await expect(accept({ package: zero })).rejects.toMatchObject(refused);
    const long = Buffer.concat([dealt.package, dealt.package]);
    await expect(accept({ package: long })).rejects.toMatchObject(refused);
    await expect(accept({ shareId: 's3' })).rejects.toMatchObject({
      code: 'ERR_COMMITTEE_INVALID',
    });
  });

  test('with another smudging key passes, but under another fingerprint', async () => {
    const package_ = Uint8Array.from(dealt.package);
    package_[2048]! ^= 1;
    expect((await accept({ package: package_ })).fingerprint).not.toBe(dealt.fingerprint);
  });
});

describe('a key generation', () => {
  test('refuses a dealer who is no member, and a seed of the wrong length', async () => {
    await expect(deal('Stranger')).rejects.toMatchObject({ code: 'ERR_COMMITTEE_INVALID' });
    await expect(
      engine.dealKey({ keyId, committee, member: 'Member0MSP', seed: seed.subarray(1) }),
    ).rejects.toMatchObject({ code: 'ERR_CONTRIBUTION_INVALID' });
  });

  test('is refused for a committee of fewer than 2t - 1 members', async () => {
    const refused = { code: 'ERR_COMMITTEE_INVALID', argument: 'threshold' };
    for (const small of [committeeOf(2, 2), committeeOf(3, 3), committeeOf(3, 4)]) {
      await expect(deal('Member0MSP', small)).rejects.toMatchObject(refused);
      const { contribution, ...dealt } = await deal('Member0MSP');
      const share = { ...dealt, contribution: contribution.bytes, committee: small };
      await expect(engine.acceptShare({ keyId, seed, ...share })).rejects.toMatchObject(refused);
    }
  });

  test('commits every dealer to what it will reveal', async () => {
    const member = 'Member0MSP';
    const { dealt, commitment } = await engine.dealKey({ keyId, seed, committee, member });
    const hashes = Object.fromEntries(dealt.map((one) => [one.shareId, one.contribution.hash]));
    const context = { profile: PROFILE, keyId, epoch: 0, member, seed } as const;
    expect(commitmentOf(context, hashes)).toBe(commitment);
    for (const change of [{ keyId: 'x' }, { epoch: 1 }, { member: 'x' }, { seed: keySeed(1) }]) {
      expect(commitmentOf({ ...context, ...change }, hashes)).not.toBe(commitment);
    }
  });

  test('stops the last contributor who would choose the key: it is committed, and holders check', async () => {
    const honest = [await deal('Member0MSP'), await deal('Member1MSP')];
    const own = await deal('Member2MSP');
    const target = wordsOf(own.contribution.bytes);
    // The rogue contribution: its own key less everybody else's, so that the sum is its own key.
    for (const { contribution } of honest) {
      wordsOf(contribution.bytes).forEach((residue, at) => {
        const modulus = profile.coefficientModuli[Math.floor(at / profile.degree)]!;
        target[at] = (target[at]! + modulus - residue) % modulus;
      });
    }
    const rogue = bytesOf(target);
    const context = { profile: PROFILE, keyId, epoch: 0, member: 'Member2MSP', seed } as const;
    const committed = commitmentOf(context, { [own.shareId]: own.contribution.hash });
    expect(commitmentOf(context, { [own.shareId]: sha256Hex(rogue) })).not.toBe(committed);
    await expect(
      engine.acceptShare({
        keyId,
        seed,
        committee,
        shareId: own.shareId,
        contribution: rogue,
        package: own.package,
      }),
    ).rejects.toMatchObject({ code: 'ERR_SHARE_INVALID' });
  });

  test('passes its trial by any threshold of members, and fails it with a foreign share', async () => {
    const assembly = await Assembly.meet(committee, { engine });
    await assembly.tryOut([0, 2]);
    const { publicKey, label } = assembly;
    const { bytes } = await engine.trialCiphertext({ publicKey, label });
    const partials = await assembly.partials(bytes);
    const stranger = await Assembly.meet(committee, { engine, keyId: 'key-2' });
    const foreign = await stranger.partials(bytes);
    const check = (given: typeof partials) =>
      engine.checkTrial({ publicKey, label, committee, partials: given });
    await expect(check(partials)).resolves.toBeUndefined();
    await expect(check(partials.with(1, foreign[1]!))).rejects.toMatchObject({
      code: 'ERR_TRIAL_FAILED',
    });
  });

  test('has a trial ciphertext that everybody derives alike, another for other shares', async () => {
    const { publicKey, label } = await Assembly.meet(committee, { engine });
    const one = await engine.trialCiphertext({ publicKey, label });
    expect((await engine.trialCiphertext({ publicKey, label })).hash).toBe(one.hash);
    expect((await engine.trialCiphertext({ publicKey, label: 'x' })).hash).not.toBe(one.hash);
    expect(await engine.checkCiphertext(one.bytes)).toBe(one.hash);
  });
});

describe.each(PROFILE_NAMES)('the trial of a key under %s', (name) => {
  const own = profileOf(name);
  const tried = createEngine({ profile: name });
  afterAll(async () => {
    await tried.close();
  });

  /** A key to which all holders of the first share contribute something else than they hold. */
  function withContribution(honest: Assembly, contribution: Uint8Array) {
    const contributions = [...honest.contributions.values()].with(0, contribution);
    return tried.combineKey({ seed: honest.seed, contributions });
  }

  // Without a part for the special modulus it passed such keys, and nothing under them ever opened.
  test.each([
    [2, 3],
    [3, 5],
  ])(
    'of %i of %i fails if one residue of a contribution is wrong, under any modulus',
    async (t, n) => {
      const to = committeeOf(t, n);
      const honest = await Assembly.meet(to, { engine: tried, keyId: name });
      const { keyId: id, seed: from, publicKey, keys, fingerprints } = honest;
      const some = to.members.slice(0, t).map((_, index) => index);
      const tryOut = (key: Uint8Array) =>
        new Assembly(tried, to, id, from, 0, key, keys, fingerprints).tryOut(some);
      await expect(tryOut(publicKey)).resolves.toBeUndefined();
      const [first = new Uint8Array()] = honest.contributions.values();
      for (const [index, modulus] of own.coefficientModuli.entries()) {
        const words = wordsOf(first);
        const at = index * own.degree + 17;
        words[at] = (words[at]! + 1n) % modulus;
        const { bytes } = await withContribution(honest, bytesOf(words));
        await expect(tryOut(bytes)).rejects.toMatchObject({ code: 'ERR_TRIAL_FAILED' });
      }
    },
  );
});

function keySeed(byte: number): Uint8Array {
  return new Uint8Array(32).fill(byte);
}

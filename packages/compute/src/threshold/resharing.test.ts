import { createEngine } from '../engine/engine.js';
import { reshareHash } from './commitment.js';
import { Assembly, choices, committeeOf, PROFILE } from './committee.fixture.js';
import { examinePartials } from './examination.js';
import type { Committee, PostedHash, ReceivedPart, ResharedShare } from './types.js';
const engine = createEngine({ profile: PROFILE });
afterAll(async () => {
  await engine.close();
});

describe('a resharing', () => {
  let old: Assembly;
  let ciphertext: Uint8Array;
  beforeAll(async () => {
    old = await Assembly.meet(committeeOf(2, 3), { engine });
    ciphertext = await old.encrypt([42]);
  });

  test.each([
    ['the same committee', committeeOf(2, 3)],
    ['a larger one with another threshold', committeeOf(3, 5, 'New')],
    ['one with more members and the same threshold', committeeOf(2, 4)],
  ])('to %s keeps the public key and opens old ciphertexts', async (_, to) => {
    const next = await old.reshare(to);
    await next.tryOut();
    for (const members of choices(to.members.length, to.threshold)) {
      expect((await next.open(ciphertext, members))[0]).toBe(42);
      expect((await next.open(await next.encrypt([7]), members))[0]).toBe(7);
    }
    for (const members of choices(to.members.length, to.threshold - 1)) {
      await expect(next.open(ciphertext, members)).rejects.toMatchObject({
        code: 'ERR_PARTIAL_INVALID',
      });
    }
  });

  test('can follow another one, up to 3 of 5 and down again', async () => {
    const five = await old.reshare(committeeOf(3, 5, 'Five'));
    const again = await five.reshare(committeeOf(2, 4, 'Again'));
    await again.tryOut([1, 3]);
    expect(again.epoch).toBe(2);
    expect((await again.open(ciphertext, [0, 2]))[0]).toBe(42);
  });

  test('makes old and new shares useless for each other', async () => {
    const next = await old.reshare(old.committee);
    const before = await old.partials(ciphertext);
    const after = await next.partials(ciphertext);
    for (const index of before.keys()) {
      await expect(
        engine.combineOpening({
          slots: 8192,
          ciphertext,
          committee: old.committee,
          partials: after.with(index, before[index]!),
        }),
      ).rejects.toMatchObject({ code: 'ERR_NOISE_EXCEEDED' });
    }
  });

  test('has a member restored from an old backup refused', async () => {
    await expect(
      engine.partialOpening({ slots: 8192, ciphertext, key: old.key(0), epoch: 1 }),
    ).rejects.toMatchObject({ code: 'ERR_EPOCH_OUTDATED', expected: '1', got: '0' });
    await expect(
      engine.dealReshare({ key: { ...old.key(0), epoch: 1 }, to: old.committee, epoch: 1 }),
    ).rejects.toMatchObject({ code: 'ERR_EPOCH_OUTDATED' });
  });

  test('is dealt alike by all holders of a share, who check each other', async () => {
    const to = committeeOf(3, 5, 'New');
    const posted = await hashesOf(to);
    expect(examinePartials(old.committee, posted)).toMatchObject({
      agreed: { size: 3 },
      liars: [],
      disputed: [],
    });
    const [first] = await old.deal(to);
    const fingerprints = first!.parts.map((part) => [part.shareId, part.fingerprint] as const);
    const resharing = { profile: PROFILE, keyId: old.keyId, epoch: 1, to } as const;
    expect(reshareHash(resharing, first!.shareId, Object.fromEntries(fingerprints))).toBe(
      first!.hash,
    );
    // Another committee or epoch gives other parts.
    const other = await old.deal(committeeOf(2, 4, 'New'));
    const later = await old.deal(to, 2);
    expect(new Set([first!.hash, other[0]!.hash, later[0]!.hash]).size).toBe(3);
  });

  test('names a holder that deals from another share, where three hold it', async () => {
    const five = await Assembly.meet(committeeOf(3, 5), { engine, keyId: 'five' });
    const to = committeeOf(2, 3, 'New');
    const liar = five.key(1);
    const stranger = await Assembly.meet(committeeOf(3, 5), { engine, keyId: 'six' });
    const posted: PostedHash[] = [];
    for (const key of five.keys.values()) {
      const lie = { ...key, shares: stranger.key(1).shares };
      const dealt = await engine.dealReshare({ key: key === liar ? lie : key, to, epoch: 1 });
      for (const { shareId, hash } of dealt) posted.push({ member: key.member, shareId, hash });
    }
    expect(examinePartials(five.committee, posted)).toMatchObject({
      agreed: { size: 10 },
      liars: [liar.member],
      disputed: [],
    });
  });

  test('refuses a part that is not the one agreed on, and whatever is missing or too much', async () => {
    const to = old.committee;
    const dealt = await old.deal(to);
    for (const shareId of ['s0', 's2']) {
      const parts = partsFor(dealt, shareId);
      const accept = (given: readonly ReceivedPart[]) =>
        engine.acceptReshare({
          keyId: old.keyId,
          epoch: 1,
          from: old.committee,
          to,
          shareId,
          parts: given,
        });
      const changed = Uint8Array.from(parts[1]!.package);
      changed[5]! ^= 1;
      const wrong = [
        parts.with(1, { ...parts[1]!, package: changed }),
        parts.with(1, { ...parts[1]!, package: parts[1]!.package.subarray(1) }),
        parts.with(1, { ...parts[1]!, package: parts[0]!.package }),
        parts.slice(1),
        [...parts, parts[0]!],
        parts.with(1, parts[0]!),
      ];
      for (const given of wrong) {
        await expect(accept(given)).rejects.toMatchObject({ code: 'ERR_RESHARE_INVALID' });
      }
    }
  });

  test('with a dealer whose parts do not add up fails its trial, and the old shares still open', async () => {
    // All holders of a share lie alike, so only the trial can tell.
    const stranger = await Assembly.meet(old.committee, { engine, keyId: 'other' });
    const lying = { ...old.key(0), shares: stranger.key(0).shares };
    const to = committeeOf(2, 3, 'New');
    const dealt = [
      ...(await engine.dealReshare({ key: lying, to, epoch: 1, shareIds: ['s0'] })),
      ...(await old.deal(to)).slice(1),
    ];
    const next = await old.reshare(to, dealt);
    await expect(next.tryOut()).rejects.toMatchObject({ code: 'ERR_TRIAL_FAILED' });
    expect((await old.open(ciphertext))[0]).toBe(42);
  });

  test('goes to no committee of fewer than 2t - 1 members', async () => {
    const refused = { code: 'ERR_COMMITTEE_INVALID', argument: 'threshold' };
    for (const to of [committeeOf(2, 2), committeeOf(3, 4)]) {
      await expect(old.deal(to)).rejects.toMatchObject(refused);
      const request = { keyId: old.keyId, epoch: 1, from: old.committee, to, shareId: 's0' };
      await expect(engine.acceptReshare({ ...request, parts: [] })).rejects.toMatchObject(refused);
    }
  });

  async function hashesOf(to: Committee): Promise<PostedHash[]> {
    const posted: PostedHash[] = [];
    for (const key of old.keys.values()) {
      const dealt = await engine.dealReshare({ key, to, epoch: 1 });
      for (const { shareId, hash } of dealt) posted.push({ member: key.member, shareId, hash });
    }
    return posted;
  }

  function partsFor(dealt: readonly ResharedShare[], shareId: string): ReceivedPart[] {
    return dealt.map((one) => {
      const part = one.parts.find((candidate) => candidate.shareId === shareId)!;
      return { from: one.shareId, package: part.package, fingerprint: part.fingerprint };
    });
  }
});

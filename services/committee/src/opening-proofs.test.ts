import { setTimeout as pause } from 'node:timers/promises';
import type { OpenedResult } from '@salus/client/computation';
import { DEFAULT_PROFILE, profileOf, sha256Hex } from '@salus/compute';
import type { ContentStore } from '@salus/client/stores';
import { generateHpkeKeyPair } from '@salus/crypto/hpke';
import { SalusError } from '@salus/protocol';
import { altered } from '@salus/testing/altered';
import { coded } from '@salus/testing/coded';
import {
  BESIDE_OTHERS,
  CommitteeWorld,
  onEngine,
  untilDone,
  type Meddling,
} from '@salus/testing/committee-world';
import type { CommitteeMember } from './committee-member.js';

const [A, B, C, D, E] = ['AMSP', 'BMSP', 'CMSP', 'DMSP', 'EMSP'] as const;
const ALL = [A, B, C, D, E];

/** Waits for nobody: who is away in these tests stays away. */
const impatient: Meddling = (parts) => ({ ...parts, proofPatienceMs: -1 });

/** Answers with other partial openings, the same for a share as any other member that lies so. */
const shifted = onEngine((honest) => ({
  partialOpening: async (request) =>
    (await honest.partialOpening(request)).map(({ shareId, bytes }) => {
      const forged = Uint8Array.from(bytes);
      forged.set([1, 2, 3, 4], 64);
      return { shareId, bytes: forged, hash: sha256Hex(forged) };
    }),
}));
const shifting: Meddling = (parts) => shifted(impatient(parts));

describe('an opening whose members can prove their answers', () => {
  let world: CommitteeWorld;
  let honest: ReadonlyMap<string, CommitteeMember>;
  let count = 0;

  beforeAll(async () => {
    world = await CommitteeWorld.of(ALL);
    await world.makeKey('k1', ALL, 3);
    const members = await Promise.all(
      ALL.map(async (mspId) => [mspId, await world.member(mspId, impatient)] as const),
    );
    honest = new Map(members);
  });
  afterAll(() => world.close());

  /** A sum of 7 and 8, which may be opened to A and B. */
  async function permitted(keyId = 'k1'): Promise<string> {
    count += 1;
    const evaluationId = `e${count}`;
    await world.summed(keyId, evaluationId, [[7], [8]]);
    const recipients = [A, B];
    const { value } = await world.computation(A).requestOpening({ evaluationId, recipients });
    return value.openingId;
  }

  const some = (...names: string[]) =>
    names.map((name) => honest.get(name)).filter((one) => one !== undefined);

  /** A opens, while these members serve; nothing is recorded. */
  async function opened(
    openingId: string,
    serving: readonly CommitteeMember[],
    changeStore?: Parameters<CommitteeWorld['open']>[4],
  ) {
    let isOver = false;
    const opening = world
      .open(A, openingId, undefined, undefined, changeStore)
      .finally(() => (isOver = true));
    const turns = serving.map((member) => async () => {
      await member.advanceOpening(openingId);
      return isOver ? ('DONE' as const) : ('WAITING' as const);
    });
    const [found] = await Promise.all([opening, untilDone(turns, BESIDE_OTHERS)]);
    return found;
  }

  const record = (openingId: string, content: OpenedResult) =>
    world.computation(A).recordOpening(openingId, { ...content, salt: '1'.repeat(64) });

  it.each([
    [A, D, E],
    [B, C, D],
  ])('is open with %s, %s and %s alone: any threshold of honest members', async (...names) => {
    const openingId = await permitted();
    const found = await opened(openingId, some(...names));
    expect(found.slots[0]).toBe(15);
    expect(found.proofs.map(({ mspId }) => mspId)).toEqual([...names]);
    const { value } = await record(openingId, found);
    expect(value).toMatchObject({ status: 'RECORDED', liars: [], unproven: [] });
  });

  it('waits for a proof while members that are merely slower may still confirm', async () => {
    const openingId = await permitted();
    const patient: Meddling = (parts) => ({ ...parts, proofPatienceMs: Infinity });
    const three = await Promise.all([A, C, E].map((mspId) => world.member(mspId, patient)));
    const opening = world.open(A, openingId);
    for (let round = 0; round < 3; round += 1) {
      for (const member of three) await member.advanceOpening(openingId);
      await pause(10);
    }
    expect(world.reports.filter(({ released }) => released === openingId)).toEqual([]);
    const { proofs } = await world.openedWith([...three, ...some(B, D)], openingId, opening);
    expect(proofs).toEqual([]);
  });

  it('has no total bent by two colluding holders of a share, and tells of both', async () => {
    const openingId = await permitted();
    const liars = await Promise.all([B, C].map((mspId) => world.member(mspId, shifting)));
    // They answer first, and agree.
    for (const liar of liars) await liar.advanceOpening(openingId);
    const found = await opened(openingId, [...liars, ...some(A, D, E)]);
    expect(found.slots[0]).toBe(15);
    expect(found.proofs.map(({ mspId }) => mspId)).toEqual([A, D, E]);
    const { value } = await record(openingId, found);
    expect(value).toMatchObject({ status: 'RECORDED', liars: [], unproven: [B, C] });
  });

  it('has no total bent by colluding holders whom nobody contradicts', async () => {
    const openingId = await permitted();
    const liars = await Promise.all([B, C].map((mspId) => world.member(mspId, shifting)));
    for (const member of [...liars, ...some(D)]) await member.advanceOpening(openingId);
    const { status, liars: named } = await world.computation(A).getOpening(openingId);
    expect(['UNCONFIRMED', 'DISPUTED']).toContain(status);
    expect(named).toEqual([]);
    // A recipient that colludes records what the two shifted: it has no proof of theirs.
    const lies: OpenedResult = await opened(openingId, some(A, D, E));
    const { proofs, contributions, ...confirmedOnly } = lies;
    await expect(
      record(openingId, { ...confirmedOnly, proofs: [], contributions: [] }),
    ).rejects.toThrow(
      coded(status === 'DISPUTED' ? 'ERR_PARTIAL_INVALID' : 'ERR_OPENING_UNCONFIRMED'),
    );
    await record(openingId, { ...confirmedOnly, proofs, contributions });
  });

  describe('is not recorded', () => {
    let openingId: string;
    let found: OpenedResult;

    beforeAll(async () => {
      openingId = await permitted();
      found = await opened(openingId, some(C, D, E));
    });

    const [first, second] = [0, 1] as const;
    const proofOf = (index: number) => {
      const proof = found.proofs[index];
      if (!proof) throw new Error('no such proof');
      return proof;
    };
    const withProof = (change: (proof: Uint8Array) => Uint8Array) => {
      const [one, ...others] = found.proofs;
      if (!one) throw new Error('no proof');
      return { ...found, proofs: [{ ...one, proof: change(one.proof) }, ...others] };
    };

    it('with a proof that is changed, cut off, or another member’s', async () => {
      const flipped = (proof: Uint8Array) =>
        proof.map((byte, at) => (at === 40_000 ? byte ^ 1 : byte));
      const cut = (proof: Uint8Array) => proof.slice(1);
      const foreign = () => proofOf(second).proof;
      for (const change of [flipped, cut, foreign]) {
        await expect(record(openingId, withProof(change))).rejects.toThrow(
          coded('ERR_PROOF_INVALID'),
        );
      }
    });

    it('with a proof that was made for another opening', async () => {
      const other = await permitted();
      const elsewhere = await opened(other, some(C, D, E));
      const { proof } = elsewhere.proofs[first] ?? { proof: new Uint8Array() };
      await expect(
        record(
          openingId,
          withProof(() => proof),
        ),
      ).rejects.toThrow(coded('ERR_PROOF_INVALID'));
      await record(other, elsewhere);
    });

    it('with partial openings that the member did not post', async () => {
      const one = proofOf(first);
      const [partial, ...rest] = one.partials;
      if (!partial) throw new Error('no partial opening');
      const shifted = Uint8Array.from(partial.bytes);
      shifted.set([1, 2, 3, 4], 64);
      const partials = [{ ...partial, bytes: shifted }, ...rest];
      const content = { ...found, proofs: [{ ...one, partials }, ...found.proofs.slice(1)] };
      await expect(record(openingId, content)).rejects.toThrow(coded('ERR_HASH_MISMATCH'));
    });

    it('with contributions that are not those of the ceremony', async () => {
      const [one, other, ...rest] = found.contributions;
      if (!one || !other) throw new Error('no contributions');
      const exchanged = [{ ...one, bytes: other.bytes }, { ...other, bytes: one.bytes }, ...rest];
      await expect(record(openingId, { ...found, contributions: exchanged })).rejects.toThrow(
        coded('ERR_HASH_MISMATCH'),
      );
    });

    it('with the proof of a member that has not answered', async () => {
      const proofs = [...found.proofs, { ...proofOf(first), mspId: B }];
      await expect(record(openingId, { ...found, proofs })).rejects.toThrow(coded('ERR_CONFLICT'));
    });

    it('with a proof too few', async () => {
      const proofs = found.proofs.slice(1);
      await expect(record(openingId, { ...found, proofs })).rejects.toThrow(
        coded('ERR_OPENING_UNCONFIRMED'),
      );
      await record(openingId, found);
    });
  });

  it('calls nobody a liar whose letter has no proof, as its peer knew of more answers', async () => {
    const openingId = await permitted();
    const all = some(...ALL);
    for (const member of all) await member.advanceOpening(openingId);
    // The recipient's peer is behind: it does not know of the last answer.
    let looks = 0;
    const opening = world.open(A, openingId, undefined, (computation) => ({
      getOpening: async (id) => {
        const found = await computation.getOpening(id);
        looks += 1;
        const isSealed = world.reports.some(({ released, to }) => released === id && to === A);
        return isSealed && looks > 3
          ? found
          : { ...found, status: 'UNCONFIRMED', agreed: [], posted: found.posted.slice(0, 4) };
      },
    }));
    const { liars, proofs } = await world.openedWith(all, openingId, opening);
    expect({ liars, proofs }).toEqual({ liars: [], proofs: [] });
  });

  it('is sealed anew for a recipient that leaves another key, each time after a longer pause', async () => {
    const openingId = await permitted();
    let now = Date.now();
    const member = await world.member(C, (parts) => ({ ...parts, clock: () => now }));
    for (const one of [...some(A, B, D, E), member]) await one.advanceOpening(openingId);
    const post = world.postOf(A, await world.storeOf(A));
    const letters = () =>
      world.reports.filter(
        ({ released, to, mspId }) => released === openingId && to === A && mspId === C,
      ).length;
    const leaveAnother = async () => {
      await post.leaveKey({ openingId }, (await generateHpkeKeyPair()).publicKey);
      await member.advanceOpening(openingId);
    };
    await leaveAnother();
    expect(letters()).toBe(1);
    for (let round = 0; round < 20; round += 1) await leaveAnother();
    expect(letters()).toBe(1);
    now += 1000;
    for (let round = 0; round < 20; round += 1) await leaveAnother();
    expect(letters()).toBe(2);
    now += 1999;
    await leaveAnother();
    expect(letters()).toBe(2);
    now += 1;
    await member.advanceOpening(openingId);
    expect(letters()).toBe(3);
  });

  it('is proven though a dealer took its contributions from the stores once the key was made', async () => {
    const kept = new Map<string, Uint8Array>();
    let isServing = true;
    // A's contributions go to a store that A runs, and the others read while it serves.
    const holdingBack: Meddling = (parts) => ({
      ...parts,
      store: altered(parts.store, {
        put: (bytes) => {
          if (bytes.length !== profileOf(DEFAULT_PROFILE).contributionLength)
            return parts.store.put(bytes);
          kept.set(sha256Hex(bytes), bytes);
          return Promise.resolve(sha256Hex(bytes));
        },
      }),
    });
    const reading: Meddling = (parts) => ({
      ...impatient(parts),
      store: altered(parts.store, {
        get: (hash, reason) => {
          const held = isServing ? kept.get(hash) : undefined;
          return held ? Promise.resolve(Buffer.from(held)) : parts.store.get(hash, reason);
        },
      }),
    });
    const three = [A, B, C];
    await world.propose('k2', three, 2);
    const members = [
      await world.member(A, (parts) => holdingBack(reading(parts))),
      await world.member(B, reading),
      await world.member(C, reading),
    ];
    await untilDone(members.map((member) => () => member.advanceKey('k2')));
    expect(kept.size).toBeGreaterThan(0);
    isServing = false;
    const openingId = await permitted('k2');
    const { slots, proofs } = await opened(openingId, members.slice(1));
    expect(slots[0]).toBe(15);
    expect(proofs.map(({ mspId }) => mspId)).toEqual([B, C]);
  });

  it('is proven while a resharing runs, and recorded once another committee holds the key', async () => {
    const openingId = await permitted();
    const next = [A, B, C, D];
    const epoch = await world.beginReshare('k1', next, 2);
    const found = await opened(openingId, some(A, B, E));
    expect(found.slots[0]).toBe(15);
    await world.approve('k1', ...next);
    const members = await Promise.all(ALL.map((mspId) => world.member(mspId, impatient)));
    await untilDone(members.map((member) => () => member.advanceKey('k1')));
    const key = await world.computation(A).getKey('k1');
    expect(key).toMatchObject({ epoch, contributions: [{}, {}, {}, {}] });
    // What was proven under the first shares stands.
    const { value } = await record(openingId, found);
    expect(value.status).toBe('RECORDED');
    const later = await permitted();
    expect(await world.computation(A).getOpening(later)).toMatchObject({ provable: true, epoch });
    // Any two honest members open under the new shares, though another one lies.
    const liar = await world.member(B, shifting);
    await liar.advanceOpening(later);
    const [, , c, d] = members;
    // A store of the recipient's gives each content at the third time only, and says otherwise that it may not.
    const asked = new Map<string, number>();
    const reluctant = (store: ContentStore): Partial<ContentStore> => ({
      get: (hash, permission) => {
        const times = (asked.get(hash) ?? 0) + 1;
        asked.set(hash, times);
        const refusal = new SalusError('ERR_NO_DECISION', 'not now');
        return times < 3 ? Promise.reject(refusal) : store.get(hash, permission);
      },
    });
    const two = [c, d].filter((one) => one !== undefined);
    const honestly = await opened(later, two, reluctant);
    // What came is not asked for again.
    expect(Math.max(...asked.values())).toBe(3);
    expect(honestly.slots[0]).toBe(15);
    expect(honestly.proofs.map(({ mspId }) => mspId)).toEqual([C, D]);
    const { value: recorded } = await record(later, honestly);
    // Two of three holders agree on each share of B's, so the ledger names it.
    expect(recorded).toMatchObject({ status: 'RECORDED', liars: [B], unproven: [B] });
  });

  it('goes on under the former shares, where a new holder posts another contribution', async () => {
    await world.makeKey('k3', ALL, 3);
    const { contributions } = await world.computation(A).getKey('k3');
    await world.beginReshare('k3', ALL, 3);
    const lying = onEngine((engine) => ({
      resharedContributions: async (request) =>
        (await engine.resharedContributions(request)).map((one) => ({
          ...one,
          hash: sha256Hex(Buffer.from(one.hash)),
        })),
    }));
    const members = await Promise.all(
      ALL.map((mspId) => world.member(mspId, mspId === B ? lying : impatient)),
    );
    await untilDone(members.map((member) => () => member.advanceKey('k3')));
    const key = await world.computation(A).getKey('k3');
    expect(key).toMatchObject({
      ...{ epoch: 0, contributions },
      ceremony: { phase: 'FAILED', complaint: { reason: 'SHARE_DISPUTED', against: [B] } },
    });
    const openingId = await permitted('k3');
    expect((await opened(openingId, some(C, D, E))).slots[0]).toBe(15);
  });
});

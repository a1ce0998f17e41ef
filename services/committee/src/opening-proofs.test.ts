import { setTimeout as pause } from 'node:timers/promises';
import type { OpenedResult } from '@salus/client/computation';
import { createEngine, sha256Hex, type Engine } from '@salus/compute';
import { altered } from '@salus/testing/altered';
import { coded } from '@salus/testing/coded';
import {
  BESIDE_OTHERS,
  CommitteeWorld,
  untilDone,
  type Meddling,
} from '@salus/testing/committee-world';
import type { CommitteeMember } from './committee-member.js';

const [A, B, C, D, E] = ['AMSP', 'BMSP', 'CMSP', 'DMSP', 'EMSP'] as const;
const ALL = [A, B, C, D, E];

/** Waits for nobody: who is away in these tests stays away. */
const impatient: Meddling = (parts) => ({ ...parts, proofPatienceMs: -1 });

/** Answers with other partial openings, the same for a share as any other member that lies so. */
const shifting: Meddling = (parts) => {
  const honest = parts.engineOf('');
  const partialOpening: Engine['partialOpening'] = async (request) =>
    (await honest.partialOpening(request)).map(({ shareId, bytes }) => {
      const shifted = Uint8Array.from(bytes);
      shifted.set([1, 2, 3, 4], 64);
      return { shareId, bytes: shifted, hash: sha256Hex(shifted) };
    });
  return { ...impatient(parts), engineOf: () => altered(honest, { partialOpening }) };
};

describe('an opening whose members can prove their answers', () => {
  let engine: Engine;
  let world: CommitteeWorld;
  let honest: ReadonlyMap<string, CommitteeMember>;
  let count = 0;

  beforeAll(async () => {
    engine = createEngine();
    world = await CommitteeWorld.of(engine, ALL);
    await world.makeKey('k1', ALL, 3);
    const members = await Promise.all(
      ALL.map(async (mspId) => [mspId, await world.member(mspId, impatient)] as const),
    );
    honest = new Map(members);
  });
  afterAll(async () => {
    await world.close();
    await engine.close();
  });

  /** A sum of 7 and 8, which may be opened to A and B. */
  async function permitted(): Promise<string> {
    count += 1;
    const evaluationId = `e${count}`;
    await world.summed('k1', evaluationId, [[7], [8]]);
    const recipients = [A, B];
    const { value } = await world.computation(A).requestOpening({ evaluationId, recipients });
    return value.openingId;
  }

  const some = (...names: string[]) =>
    names.map((name) => honest.get(name)).filter((one) => one !== undefined);

  /** A opens, while these members serve; nothing is recorded. */
  async function opened(openingId: string, serving: readonly CommitteeMember[]) {
    let isOver = false;
    const opening = world.open(A, openingId).finally(() => (isOver = true));
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

  it('is proven while a resharing runs, and no more once it is over', async () => {
    const openingId = await permitted();
    const epoch = await world.beginReshare('k1', ALL, 3);
    const found = await opened(openingId, some(A, B, E));
    expect(found.slots[0]).toBe(15);
    const members = await Promise.all(ALL.map((mspId) => world.member(mspId, impatient)));
    await untilDone(members.map((member) => () => member.advanceKey('k1')));
    const key = await world.computation(A).getKey('k1');
    expect({ epoch: key.epoch, contributions: key.contributions }).toEqual({ epoch });
    // What was proven under the first shares stands.
    await record(openingId, found);
    const later = await permitted();
    expect(await world.computation(A).getOpening(later)).toMatchObject({ provable: false, epoch });
    for (const member of members.slice(0, 3)) await member.advanceOpening(later);
    for (const member of members.slice(0, 3)) await member.advanceOpening(later);
    expect(world.reports.filter(({ released }) => released === later)).toEqual([]);
    const { proofs } = await world.openedWith(members.slice(0, 4), later);
    expect(proofs).toEqual([]);
  });
});

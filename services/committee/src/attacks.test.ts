import { cp, rm } from 'node:fs/promises';
import { joinFrames, splitFrames } from '@salus/client/computation';
import { pathOf } from '@salus/client/stores';
import { signRequest } from '@salus/client/trust';
import { holderSets } from '@salus/compute';
import { SalusError } from '@salus/protocol';
import {
  type Complaint,
  openingIdOf,
  type CommitteeTerms,
  type Lineage,
  type Opening,
} from '@salus/protocol/computation';
import { altered } from '@salus/testing/altered';
import { coded } from '@salus/testing/coded';
import {
  CHAINCODE,
  CommitteeWorld,
  onEngine,
  onLedger,
  untilDone,
  wrongDealer,
  wrongPackages,
  type Meddling,
} from '@salus/testing/committee-world';
import type { CommitteeMember } from './committee-member.js';
import type { MemberParts } from './parts.js';
import { OpenedRegister } from './opened-register.js';
import { recoverMemory } from './recovery.js';
const [A, B, C, D, E] = ['AMSP', 'BMSP', 'CMSP', 'DMSP', 'EMSP'] as const;
const ALL = [A, B, C, D, E];

describe('a committee under attack', () => {
  let world: CommitteeWorld;
  let members: CommitteeMember[];
  let count = 0;

  beforeAll(async () => {
    world = await CommitteeWorld.of(ALL);
    members = await world.makeKey('k1', [A, B, C], 2);
  });
  afterAll(() => world.close());

  /** A sum of 7 and 8, and a permission to open it to A and B. */
  async function permitted(keyId = 'k1') {
    count += 1;
    const evaluationId = `e${count}`;
    const { inputs } = await world.summed(keyId, evaluationId, [[7], [8]]);
    return { openingId: await asked(evaluationId), evaluationId, inputs };
  }

  /** Asks for a result, for A and B. */
  async function asked(evaluationId: string) {
    const recipients = [A, B];
    const { value } = await world.computation(A).requestOpening({ evaluationId, recipients });
    return value.openingId;
  }

  const some = (...chosen: (CommitteeMember | undefined)[]) => chosen.filter((one) => !!one);

  it.each([
    ['A and B', 0, 1],
    ['A and C', 0, 2],
    ['B and C', 1, 2],
  ])('tells no value that %s alone answer, until the third confirms it', async (_, one, other) => {
    const { openingId } = await permitted();
    const patient: Meddling = (parts) => ({ ...parts, proofPatienceMs: Infinity });
    const two = await Promise.all(
      [one, other].map((index) => world.member([A, B, C][index] ?? '', patient)),
    );
    for (const member of two) await member.advanceOpening(openingId);
    await expect(world.open(A, openingId, 600)).rejects.toThrow(
      coded('ERR_OPENING_UNCONFIRMED', { got: 'UNCONFIRMED' }),
    );
    for (const member of two) await member.advanceOpening(openingId);
    expect(world.reports.filter(({ released }) => released === openingId)).toEqual([]);
    const { slots } = await world.openedWith(members, openingId);
    expect(slots[0]).toBe(15);
  });

  it('opens with four of five when the fifth answers nothing', async () => {
    const five = await world.makeKey('k5', ALL, 3);
    const { openingId } = await permitted('k5');
    const { slots } = await world.openedWith(five.slice(1), openingId);
    expect(slots[0]).toBe(15);
  });

  it('computes nothing again for an opening that waits, however often it is asked for', async () => {
    const { openingId, evaluationId } = await permitted();
    let computed = 0;
    const member = await world.member(
      A,
      onEngine((honest) => ({
        partialOpening: (request) => {
          computed += 1;
          return honest.partialOpening(request);
        },
      })),
    );
    await member.advanceOpening(openingId);
    const told = world.events.length;
    for (let round = 0; round < 100; round += 1) {
      expect(await asked(evaluationId)).toBe(openingId);
    }
    // No member hears of it, and none is kept busy by what it knows.
    expect(world.events).toHaveLength(told);
    for (let round = 0; round < 20; round += 1) {
      await expect(member.advanceOpening(openingId)).resolves.toBe('WAITING');
    }
    const restarted = await world.member(
      A,
      onEngine(() => ({ partialOpening: () => Promise.reject(new Error('computed again')) })),
    );
    await expect(restarted.advanceOpening(openingId)).resolves.toBe('WAITING');
    expect(computed).toBe(1);
  });

  it('gives an opening up that has expired by the ledger, and answers once it is asked for again', async () => {
    const { openingId } = await permitted();
    const { expiresAt } = await world.computation(A).getOpening(openingId);
    const member = await world.member(A, (parts) => ({
      ...parts,
      clock: () => Date.parse(expiresAt) + 1,
    }));
    await expect(member.advanceOpening(openingId)).resolves.toBe('DONE');
    expect((await world.computation(A).getOpening(openingId)).posted).toEqual([]);
    await expect(members[0]?.advanceOpening(openingId)).resolves.toBe('WAITING');
  });

  it('opens nothing with one', async () => {
    const { openingId } = await permitted();
    await expect(members[0]?.advanceOpening(openingId)).resolves.toBe('WAITING');
    await expect(world.open(A, openingId, 600)).rejects.toThrow(coded('ERR_DEADLINE_EXCEEDED'));
    const { status } = await world.computation(A).getOpening(openingId);
    expect(status).toBe('COLLECTING');
  });

  it('passes over, and names, a member that posts right hashes and sends a wrong partial', async () => {
    const { openingId } = await permitted();
    const liar = await world.member(A, (parts) => ({
      ...parts,
      post: altered(parts.post, {
        send: (matter, to, plain) => {
          const forged = Uint8Array.from(plain);
          forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
          return parts.post.send(matter, to, forged);
        },
      }),
    }));
    const all = some(liar, members[1], members[2]);
    await Promise.all(all.map((one) => one.advanceOpening(openingId)));
    const opening = world.open(A, openingId);
    // Its letters come first.
    const isSent = (to: string) =>
      world.reports.some((one) => one['released'] === openingId && one['to'] === to);
    while (!isSent(A)) await liar.advanceOpening(openingId);
    const opened = await world.openedWith(all, openingId, opening);
    expect(opened.slots[0]).toBe(15);
    expect(opened.liars).toEqual([A]);
  });

  it("seals nothing to a key that a recipient's staff of another role left, and serves the others", async () => {
    const { openingId } = await permitted();
    const place = { chaincode: CHAINCODE, matter: { openingId }, from: B };
    const request = {
      path: pathOf(place),
      audience: 'store:1',
      body: Buffer.from('key of a clerk'),
    };
    const { identity } = await world.person(B, 'physician');
    const token = await signRequest(identity, { method: 'PUT', ...request });
    const letter = { ...request, body: request.body.toString('base64'), token };
    // The stores would refuse it: this one colludes.
    const deceived = await world.member(C, (parts) => ({
      ...parts,
      post: world.postOf(
        C,
        altered(parts.store, {
          collect: (at, read) =>
            Promise.resolve(
              at.from === B && at.to === undefined ? read(letter) : parts.store.collect(at, read),
            ),
        }),
      ),
    }));
    for (const member of some(members[0], members[1], deceived)) {
      await member.advanceOpening(openingId);
    }
    const opening = world.openedWith(members.slice(0, 2), openingId);
    const refused = coded('ERR_REQUEST_REFUSED', { expected: `${B}, role committee` });
    const isSent = (to: string) =>
      world.reports.some(
        (one) => one['released'] === openingId && one['to'] === to && one['mspId'] === C,
      );
    while (!isSent(A)) await expect(deceived.advanceOpening(openingId)).rejects.toThrow(refused);
    expect((await opening).slots[0]).toBe(15);
    expect(isSent(B)).toBe(false);
  });

  it('complains of a dealer that seals a wrong package, by name', async () => {
    await world.propose('bad', [A, B, C], 2);
    const liar = await world.member(B, wrongPackages);
    const all = [await world.member(A), liar, await world.member(C)];
    await untilDone(all.map((member) => () => member.advanceKey('bad')));
    const { status, ceremony } = await world.computation(A).getKey('bad');
    expect(status).toBe('FAILED');
    expect(ceremony.complaint).toMatchObject({
      ...{ reason: 'SHARE_INVALID', against: [B], shown: true },
    });
  });

  /** A clock that stands until patience is to end. */
  function patientClock() {
    let now = Date.now();
    return { now: () => now, endPatience: () => void (now += 2 * 60 * 60 * 1000) };
  }

  /** Everybody has had the time to send everything before the one whose clock it is loses patience. */
  async function endAfterPatience(
    keyId: string,
    all: readonly CommitteeMember[],
    clock: ReturnType<typeof patientClock>,
  ): Promise<void> {
    for (let round = 0; round < 5; round += 1) {
      for (const member of all) await member.advanceKey(keyId);
    }
    clock.endPatience();
    await untilDone(all.map((member) => () => member.advanceKey(keyId)));
  }

  /** Turns of a whole ceremony, in which one member meddles. */
  async function ceremonyWith(liar: string, meddling: Meddling, about: CommitteeTerms) {
    count += 1;
    const keyId = `meddled${count}`;
    await world.propose(keyId, [...about.members], about.threshold);
    const all = await Promise.all(
      about.members.map((mspId) => world.member(mspId, ...(mspId === liar ? [meddling] : []))),
    );
    return { keyId, turns: all.map((member) => () => member.advanceKey(keyId)) };
  }

  it.each([A, B, C])(
    'blames no dealer for packages that %s puts into a letter of its own',
    async (liar) => {
      const committee = { members: [A, B, C], threshold: 2 };
      const others = holderSets(committee).filter(({ dealer }) => dealer !== liar);
      const garbage = others.map(({ shareId }) => [shareId, Buffer.from('garbage')] as const);
      const foisting: Meddling = (parts) => ({
        ...parts,
        post: altered(parts.post, {
          send: (matter, to, plain) => {
            const letter = new Map([...splitFrames(plain), ...garbage]);
            return parts.post.send(matter, to, joinFrames(Object.fromEntries(letter)));
          },
        }),
      });
      const { keyId, turns } = await ceremonyWith(liar, foisting, committee);
      await untilDone(turns);
      const { status, ceremony } = await world.computation(A).getKey(keyId);
      expect(ceremony.complaint).toBeUndefined();
      expect(status).toBe('ACTIVE');
      const foreignShares = others.map(({ shareId }) => shareId).sort();
      expect(world.reports).toContainEqual(
        expect.objectContaining({ keyId, from: liar, foreignShares }),
      );
    },
  );

  it('blames no dealer where the first member leaves what is no key, and serves the others', async () => {
    const committee = { members: ALL, threshold: 3 };
    const keyless: Meddling = (parts) => ({
      ...parts,
      post: altered(parts.post, { leaveKey: (matter) => parts.post.leaveKey(matter, 'no key') }),
    });
    const { keyId, turns } = await ceremonyWith(A, keyless, committee);
    for (let round = 0; round < 5; round += 1) for (const turn of turns) await turn();
    const { ceremony } = await world.computation(A).getKey(keyId);
    expect(ceremony.complaint).toBeUndefined();
    const confirmed = ceremony.members.filter(({ fingerprints }) => fingerprints !== undefined);
    expect(confirmed.map(({ mspId }) => mspId)).toEqual([B, C, D, E]);
    const owing = holderSets(committee).filter(
      ({ holders, dealer }) => holders.includes(A) && dealer !== A,
    );
    const told = world.reports.filter((one) => one['keyId'] === keyId);
    expect(new Set(told.map(({ mspId }) => mspId))).toEqual(
      new Set(owing.map(({ dealer }) => dealer)),
    );
    expect(told.every(({ to, code }) => to === A && code === 'ERR_KEY_INVALID')).toBe(true);
    expect(told).toHaveLength(new Set(owing.map(({ dealer }) => dealer)).size);
  });

  /** Has a member's stores fail at what the others left for it, as told by who left it. */
  const failingAt =
    (fails: (from: string) => Error | undefined, more: Partial<MemberParts> = {}): Meddling =>
    (parts) => ({
      ...parts,
      ...more,
      post: altered(parts.post, {
        receive: (matter, from, privateKey) => {
          const error = fails(from);
          return error ? Promise.reject(error) : parts.post.receive(matter, from, privateKey);
        },
      }),
    });

  it.each<[string, SalusError]>([
    ['refuses', new SalusError('ERR_REQUEST_REFUSED', 'a test')],
    ['does not answer for', new SalusError('ERR_SERVICE_UNREACHABLE', 'a test')],
    ['fails at', new SalusError('ERR_INTERNAL', 'a test')],
  ])(
    "complains of the one dealer whose letter every store %s, by name, and reads the others'",
    async (_, error) => {
      const committee = { members: ALL, threshold: 3 };
      const owing = new Set(
        holderSets(committee)
          .filter(({ holders, dealer }) => holders.includes(E) && dealer !== E)
          .map(({ dealer }) => dealer),
      );
      const [accused = ''] = owing;
      expect(owing.size).toBeGreaterThan(1);
      const read = new Set<string>();
      const refused = failingAt(
        (from) => {
          read.add(from);
          return from === accused ? error : undefined;
        },
        { patienceMs: -1 },
      );
      const { keyId, turns } = await ceremonyWith(E, refused, committee);
      // The last member is reached last: the others have handed out by then.
      await untilDone(turns);
      const { ceremony } = await world.computation(A).getKey(keyId);
      const complaint = { reason: 'SHARE_MISSING', by: E, against: [accused] };
      expect(ceremony.complaint).toMatchObject(complaint);
      expect(read).toEqual(owing);
      const { code } = error;
      expect(world.reports).toContainEqual(
        expect.objectContaining({ keyId, from: accused, code, mspId: E }),
      );
    },
  );

  it('blames nobody while it reaches no store, and takes its shares once it does', async () => {
    let isAway = true;
    const away = () => (isAway ? new SalusError('ERR_SERVICE_UNREACHABLE', 'a test') : undefined);
    const cutOff: Meddling = (parts) =>
      failingAt(away, {
        patienceMs: -1,
        store: altered(parts.store, {
          get: (...asked) => {
            const error = away();
            return error ? Promise.reject(error) : parts.store.get(...asked);
          },
        }),
      })(parts);
    const { keyId, turns } = await ceremonyWith(C, cutOff, { members: [A, B, C], threshold: 2 });
    for (let round = 0; round < 6; round += 1) for (const turn of turns) await turn();
    const { ceremony } = await world.computation(A).getKey(keyId);
    expect(ceremony).toMatchObject({ phase: 'CONFIRMING' });
    isAway = false;
    await untilDone(turns);
    expect((await world.computation(A).getKey(keyId)).status).toBe('ACTIVE');
  });

  it('hands out its packages though the stores refuse its own key and, once more, its contributions', async () => {
    const refusing: Meddling = (parts) => ({
      ...parts,
      post: altered(parts.post, {
        leaveKey: () => Promise.reject(new SalusError('ERR_REQUEST_REFUSED', 'a test')),
      }),
    });
    const committee = { members: ALL, threshold: 3 };
    const { keyId, turns } = await ceremonyWith(A, refusing, committee);
    for (let round = 0; round < 3; round += 1) for (const turn of turns) await turn();
    const restarted = await world.member(A, (parts) => ({
      ...refusing(parts),
      store: altered(parts.store, {
        put: () => Promise.reject(new SalusError('ERR_QUOTA_EXCEEDED', 'a test')),
      }),
    }));
    for (let round = 0; round < 4; round += 1) {
      await restarted.advanceKey(keyId);
      for (const turn of turns.slice(1)) await turn();
    }
    const { ceremony } = await world.computation(A).getKey(keyId);
    const confirmed = ceremony.members.filter(({ fingerprints }) => fingerprints !== undefined);
    expect(confirmed.map(({ mspId }) => mspId)).toEqual([B, C, D, E]);
  });

  it('complains in a resharing of the one holder whose letter every store refuses, by name', async () => {
    const keyId = 'refused';
    await world.makeKey(keyId, ALL, 3);
    await world.beginReshare(keyId, ALL, 3);
    const read = new Set<string>();
    const clock = patientClock();
    const refusing = failingAt(
      (from) => {
        read.add(from);
        return from === A ? new SalusError('ERR_REQUEST_REFUSED', 'a test') : undefined;
      },
      { clock: clock.now },
    );
    const all = await Promise.all(
      ALL.map((mspId) => world.member(mspId, ...(mspId === E ? [refusing] : []))),
    );
    await endAfterPatience(keyId, all, clock);
    const { epoch, ceremony } = await world.computation(A).getKey(keyId);
    expect([epoch, ceremony.phase]).toEqual([0, 'FAILED']);
    // A, B and C have dealt, and some share only A of them holds.
    expect(ceremony.complaint).toMatchObject({ reason: 'SHARE_MISSING', by: E, against: [A] });
    expect(read).toEqual(new Set([A, B, C]));
    expect(world.reports).toContainEqual(
      expect.objectContaining({ keyId, from: A, code: 'ERR_REQUEST_REFUSED', mspId: E }),
    );
  });

  describe('a member that tells in a resharing of a share that it does not hold', () => {
    const [stolen] = holderSets({ members: ALL, threshold: 3 });
    const { shareId, holders } = stolen as NonNullable<typeof stolen>;
    const isOfStolen = ([name]: readonly [string, unknown]) => name.split(' ')[0] === shareId;

    /** Changes the letters to E. */
    const writing =
      (change: (letter: Map<string, Uint8Array>) => Map<string, Uint8Array>): Meddling =>
      (parts) => ({
        ...parts,
        post: altered(parts.post, {
          send: (matter, to, plain) => {
            const frames = to.to === E ? change(splitFrames(plain)) : splitFrames(plain);
            return parts.post.send(matter, to, joinFrames(Object.fromEntries(frames)));
          },
        }),
      });

    /** D foists the share on E. */
    async function reshared(keyId: string, ofHolders: Meddling, foist: Meddling) {
      expect(holders).toEqual([A, B, C]);
      await world.makeKey(keyId, ALL, 3);
      await world.beginReshare(keyId, ALL, 3);
      const clock = patientClock();
      const waiting: Meddling = (parts) => ({ ...parts, clock: clock.now });
      // Who holds the share deals and writes before D does, so that D has what to send.
      const [a, b, c] = await Promise.all(holders.map((mspId) => world.member(mspId, ofHolders)));
      const d = await world.member(D, foist);
      const all = some(a, d, b, c, await world.member(E, waiting));
      await endAfterPatience(keyId, all, clock);
      expect(world.reports).toContainEqual({
        ...{ keyId, epoch: 1, from: D, foreignShares: [shareId], mspId: E },
      });
      return (await world.computation(A).getKey(keyId)).ceremony;
    }

    it('is named, and not believed, though it has what the colluding holders keep back', async () => {
      const kept = new Map<string, Uint8Array>();
      const withholding = writing((letter) => {
        for (const [name, bytes] of [...letter].filter(isOfStolen)) kept.set(name, bytes);
        return new Map([...letter].filter((frame) => !isOfStolen(frame)));
      });
      const ceremony = await reshared(
        'foisted',
        withholding,
        writing((letter) => new Map([...letter, ...kept])),
      );
      expect(kept.size).toBeGreaterThan(1);
      expect(ceremony).toMatchObject({
        phase: 'FAILED',
        complaint: { reason: 'SHARE_MISSING', by: E, from: shareId, against: [A, B] },
      });
    });

    it('is named, and harms nothing, where it makes the share up', async () => {
      const garbage = [shareId, `${shareId} ${shareId}`].map(
        (name) => [name, Buffer.from('garbage')] as const,
      );
      const ceremony = await reshared(
        'made-up',
        (parts) => parts,
        writing((letter) => new Map([...letter, ...garbage])),
      );
      expect(ceremony.phase).toBe('DONE');
    });
  });

  it.each<[string, Complaint['reason'], Meddling]>([
    [
      'hands out nothing',
      'SHARE_MISSING',
      (parts) => ({ ...parts, post: altered(parts.post, { send: () => Promise.resolve() }) }),
    ],
    [
      'seals what is no package',
      'SHARE_INVALID',
      (parts) => ({
        ...parts,
        post: altered(parts.post, {
          send: (matter, to) => parts.post.send(matter, to, Buffer.from('nothing')),
        }),
      }),
    ],
    [
      'reveals a contribution and keeps it out of the stores',
      'SHARE_MISSING',
      (parts) => ({
        ...parts,
        store: altered(parts.store, { put: () => Promise.resolve('') }),
      }),
    ],
  ])('complains of a dealer that %s, once patience has ended', async (_, reason, lazily) => {
    count += 1;
    const keyId = `late${count}`;
    await world.propose(keyId, [A, B, C], 2);
    const lazy = await world.member(B, lazily);
    const patience: Meddling = (parts) => ({ ...parts, patienceMs: -1 });
    const [a, c] = [await world.member(A), await world.member(C, patience)];
    const turns = [a, lazy, c].map((member) => () => member.advanceKey(keyId));
    await untilDone(turns);
    const { ceremony } = await world.computation(A).getKey(keyId);
    expect(ceremony.complaint).toMatchObject({ reason, by: C, against: [B] });
  });

  it('ends a resharing of 2 of 3 in which one that stays contradicts the others, and can not name it', async () => {
    await world.makeKey('k2', [A, B, C], 2);
    await world.beginReshare('k2', [A, B, C], 2);
    const liar = await world.member(B, wrongDealer);
    const impatient: Meddling = (parts) => ({ ...parts, patienceMs: -1 });
    const all = [await world.member(A, impatient), liar, await world.member(C)];
    await untilDone(all.map((member) => () => member.advanceKey('k2')));
    const { status, epoch, ceremony } = await world.computation(A).getKey('k2');
    expect({ status, epoch, phase: ceremony.phase }).toEqual({
      status: 'ACTIVE',
      epoch: 0,
      phase: 'FAILED',
    });
    expect(ceremony.complaint).toMatchObject({ reason: 'SHARE_DISPUTED', from: 's0' });
    expect(ceremony.complaint?.against).toEqual([A, B]);
    const { openingId } = await permitted('k2');
    const { slots } = await world.openedWith(all, openingId);
    expect(slots[0]).toBe(15);
  });

  it('masks what the purpose does not use, whatever colluding endorsers call shown', async () => {
    const { openingId } = await permitted();
    const all = onLedger((ledger) => ({
      getOpening: async (id): Promise<Opening> => ({
        ...(await ledger.getOpening(id)),
        shownSlots: 8192,
      }),
    }));
    const asked: number[] = [];
    const watched = onEngine((honest) => ({
      partialOpening: (request) => {
        asked.push(request.slots);
        return honest.partialOpening(request);
      },
    }));
    const member = await world.member(C, (parts) => watched(all(parts)));
    await member.advanceOpening(openingId);
    const { shownSlots } = await world.computation(A).getOpening(openingId);
    expect(asked).toEqual([shownSlots]);
    expect(shownSlots).toBeLessThan(8192);
  });

  it('answers nothing where colluding endorsers change for how many slots an input was proven', async () => {
    const { openingId } = await permitted();
    const member = await world.member(
      C,
      onLedger((ledger) => ({
        getLineage: async (id) => {
          const lineage = await ledger.getLineage(id);
          const ciphertexts = lineage.ciphertexts.map((one) => ({
            ...one,
            ...(one.proof && { proof: { ...one.proof, slots: 8192 } }),
          }));
          return { ...lineage, ciphertexts };
        },
      })),
    );
    await expect(member.advanceOpening(openingId)).rejects.toThrow(coded('ERR_PROOF_INVALID'));
    expect((await world.computation(A).getOpening(openingId)).posted).toEqual([]);
  });

  it('refuses what colluding endorsers call a sum, and posts and releases nothing', async () => {
    const { openingId, inputs } = await permitted();
    const single = inputs[0]?.hash ?? '';
    const forge = (lineage: Lineage): Lineage => ({
      ...lineage,
      evaluation: { ...lineage.evaluation, resultHash: single },
    });
    const forged = { keyId: 'k1', epoch: 0, resultHash: single };
    const colluding = onLedger((ledger) => ({
      getOpening: async (id): Promise<Opening> => ({
        ...(await ledger.getOpening(id)),
        openingId: openingIdOf(forged),
        resultHash: single,
      }),
      getLineage: async (id) => forge(await ledger.getLineage(id)),
    }));
    // The stores' peers believe the same ledger.
    const member = await world.member(C, (parts) => ({
      ...colluding(parts),
      store: altered(parts.store, {
        get: (hash, reason) =>
          parts.store.get(
            hash,
            'key' in reason ? reason : { chaincode: CHAINCODE, opening: openingId },
          ),
      }),
    }));
    await expect(member.advanceOpening(openingId)).rejects.toThrow(coded('ERR_HASH_MISMATCH'));
    expect((await world.computation(A).getOpening(openingId)).posted).toEqual([]);
  });

  it('does not give an opening up where a store sends other content', async () => {
    const { openingId } = await permitted();
    const sent = new SalusError('ERR_HASH_MISMATCH', 'a store sent other content');
    const member = await world.member(A, (parts) => ({
      ...parts,
      store: altered(parts.store, { get: () => Promise.reject(sent) }),
    }));
    // Not among the errors that end a task: see watch.ts.
    await expect(member.advanceOpening(openingId)).rejects.toThrow(coded('ERR_NOT_FOUND'));
  });

  it('takes nothing for opened whose proof a contributor keeps back', async () => {
    const { openingId, evaluationId } = await permitted();
    const { ciphertexts } = await world.computation(A).getLineage(evaluationId);
    const remembered = async () => {
      const register = new OpenedRegister(await world.openHome(A));
      return (await register.markersOf(ciphertexts)).filter((one) => one !== undefined).length;
    };
    const withheld = ciphertexts[1]?.proof?.hash;
    const member = await world.member(A, (parts) => ({
      ...parts,
      store: altered(parts.store, {
        get: (hash, reason) =>
          hash === withheld
            ? Promise.reject(new SalusError('ERR_NOT_FOUND', 'no store has it'))
            : parts.store.get(hash, reason),
      }),
    }));
    await expect(member.advanceOpening(openingId)).rejects.toThrow(coded('ERR_NOT_FOUND'));
    expect(await remembered()).toBe(0);
    await members[0]?.advanceOpening(openingId);
    expect(await remembered()).toBe(ciphertexts.length);
  });

  it.each<[string, Partial<Opening>]>([
    ['recipients that have no right', { recipients: ['StrangerMSP'] }],
    ['readers of another role', { readers: { [A]: 'committee', [B]: 'physician' } }],
    ['readers that it does not name', { readers: {} }],
    ['another purpose', { purpose: 'claims' }],
    ['another result', { resultHash: 'f'.repeat(64) }],
  ])('refuses a permission for %s', async (_, change) => {
    const { openingId } = await permitted();
    const colluding = onLedger((ledger) => ({
      getOpening: async (id) => ({ ...(await ledger.getOpening(id)), ...change }),
    }));
    const member = await world.member(C, colluding);
    await expect(member.advanceOpening(openingId)).rejects.toThrow(coded('ERR_OPENING_REFUSED'));
    expect((await world.computation(A).getOpening(openingId)).posted).toEqual([]);
  });

  it('answers nothing where the ledger itself denies', async () => {
    count += 1;
    await world.summed('k1', `e${count}`, [[1]]);
    const request = { evaluationId: `e${count}`, recipients: ['StrangerMSP'] };
    const { openingId } = (await world.computation(A).requestOpening(request)).value;
    await expect(members[0]?.advanceOpening(openingId)).resolves.toBe('DONE');
    await expect(world.open(A, openingId)).rejects.toThrow(coded('ERR_NO_DECISION'));
  });

  it('refuses when a contribution was withdrawn after the permission', async () => {
    const { openingId, inputs } = await permitted();
    const ciphertextHash = inputs[0]?.hash ?? '';
    const reason = 'CONSENT_WITHDRAWN';
    await world.computation(A, 'billing').withdrawCiphertext({ ciphertextHash, reason });
    await expect(members[1]?.advanceOpening(openingId)).rejects.toThrow(
      coded('ERR_OPENING_REFUSED'),
    );
  });

  it('remembers itself what it opened: a second result of the same contribution is refused', async () => {
    const { openingId, evaluationId } = await permitted();
    await world.openedWith(members, openingId);
    const another = await permitted();
    const asIfOld = onLedger((ledger) => ({
      getLineage: async (id) => {
        const [now, before] = [await ledger.getLineage(id), await ledger.getLineage(evaluationId)];
        const measure = before.ciphertexts[0]?.measure ?? '';
        return { ...now, ciphertexts: now.ciphertexts.map((one) => ({ ...one, measure })) };
      },
    }));
    const member = await world.member(A, asIfOld);
    await expect(member.advanceOpening(another.openingId)).rejects.toThrow(
      coded('ERR_OPENING_REFUSED', { got: 'ALREADY_OPENED' }),
    );
  });

  describe('after its shares were made anew', () => {
    it('deals to another committee only with the approval of each organisation', async () => {
      await cp(world.homeOf(B), `${world.homeOf(B)}-backup`, { recursive: true });
      await world.beginReshare('k1', [B, C, D, E], 2);
      for (const member of members) await member.advanceKey('k1');
      const { ceremony } = await world.computation(A).getKey('k1');
      expect(ceremony.members.filter(({ dealt }) => dealt !== undefined)).toEqual([]);
      expect(world.reports).toContainEqual(
        expect.objectContaining({ approvalNeeded: 'k1', epoch: 1 }),
      );
    });

    it('goes to the other committee, a new member included, and opens what is older', async () => {
      const { openingId: before, evaluationId } = await permitted();
      const { openedSlots } = await world.computation(A).getKey('k1');
      await world.approve('k1', A, B, C);
      const all = await Promise.all(ALL.map((mspId) => world.member(mspId)));
      await untilDone(all.map((member) => () => member.advanceKey('k1')));
      const key = await world.computation(A).getKey('k1');
      expect(key).toMatchObject({ status: 'ACTIVE', epoch: 1, committee: { threshold: 2 } });
      for (const member of all) await expect(member.advanceOpening(before)).resolves.toBe('DONE');
      const openingId = await asked(evaluationId);
      expect(openingId).not.toBe(before);
      const { slots } = await world.openedWith(all.slice(1), openingId);
      expect(slots[0]).toBe(15);
      expect((await world.computation(A).getKey('k1')).openedSlots).toBe(openedSlots);
      expect(world.reports).toContainEqual({ destroyed: 'k1', epoch: 0, mspId: A });
    });

    it('tells a member restored from an old backup, and opens without it', async () => {
      const { openingId } = await permitted();
      await rm(world.homeOf(B), { recursive: true });
      await cp(`${world.homeOf(B)}-backup`, world.homeOf(B), { recursive: true });
      const restored = await world.member(B);
      await expect(restored.advanceOpening(openingId)).rejects.toThrow(
        coded('ERR_MEMORY_OUTDATED'),
      );
      // Its operator has it believe the ledger. Its shares are old ones all the same.
      await recoverMemory(await world.openHome(B), world.computation(B), world.height);
      const recovered = await world.member(B);
      await expect(recovered.advanceOpening(openingId)).rejects.toThrow(
        coded('ERR_EPOCH_OUTDATED', { remedy: expect.stringContaining('salus committee reshare') }),
      );
      const others = await Promise.all([C, D, E].map((mspId) => world.member(mspId)));
      const { slots } = await world.openedWith(others, openingId);
      expect(slots[0]).toBe(15);
    });
  });
});

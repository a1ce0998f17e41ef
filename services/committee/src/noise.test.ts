import type { ComputationClient } from '@salus/client/computation';
import { sha256Hex, sharesHeldBy } from '@salus/compute';
import { coded } from '@salus/testing/coded';
import { BESIDE_OTHERS, CommitteeWorld, onEngine, untilDone } from '@salus/testing/committee-world';
import type { CommitteeMember } from './committee-member.js';

const [A, B, C] = ['AMSP', 'BMSP', 'CMSP'] as const;
const ALL = [A, B, C];
const REPORTED = 'The opening has more noise than its bound';
const COMMITTEE = { members: ALL, threshold: 2 };

/** Answers with nothing but noise for the share that A lacks, the same as the other that lies so. */
const noisy = onEngine((honest) => ({
  partialOpening: async (request) =>
    (await honest.partialOpening(request)).map((one) => {
      if (sharesHeldBy(COMMITTEE, A).includes(one.shareId)) return one;
      const bytes = Uint8Array.from(one.bytes);
      // One residue of a coefficient: by another modulus it is another number.
      bytes.set([1, 2, 3, 4], 64);
      return { ...one, bytes, hash: sha256Hex(bytes) };
    }),
}));

describe('an opening that has more noise than its bound', () => {
  let world: CommitteeWorld;
  let members: readonly CommitteeMember[];
  let count = 0;

  beforeAll(async () => {
    world = await CommitteeWorld.of(ALL);
    members = [await world.member(A), await world.member(B, noisy), await world.member(C, noisy)];
  });
  afterAll(() => world.close());

  const keyOf = (keyId: string) => world.computation(A).getKey(keyId);

  /** A sum under a key of its own, which A and B may read, and A reads while the members serve. */
  async function read(change: Parameters<CommitteeWorld['open']>[3] = () => ({})) {
    count += 1;
    const keyId = `k${count}`;
    const evaluationId = `e${count}`;
    await world.makeKey(keyId, ALL, 2);
    await world.summed(keyId, evaluationId, [[7], [8]]);
    const { value } = await world.computation(A).requestOpening({
      evaluationId,
      recipients: [A, B],
    });
    const { openingId } = value;
    const opening = world.open(A, openingId, 60_000, change).then(
      () => undefined,
      (error: unknown) => error,
    );
    let fault: unknown;
    let isOver = false;
    const ended = opening.then((error) => {
      fault = error;
      isOver = true;
    });
    const turns = members.map((member) => async () => {
      if (isOver) return 'DONE' as const;
      await member.advanceOpening(openingId);
      return 'WAITING' as const;
    });
    await Promise.all([ended, untilDone(turns, BESIDE_OTHERS)]);
    return { keyId, openingId, fault };
  }

  /** As a recorder whose process ends between its two transactions. */
  const cutOff = (): Partial<ComputationClient> => {
    const stopped = Object.assign(world.computation(A), {
      endKey: () => Promise.reject(new Error('stopped')),
    });
    return {
      reportNoise: (...about) => stopped.reportNoise(...about),
    };
  };

  it('is reported by its reader, and ends the key: members destroy their shares', async () => {
    const { keyId, openingId, fault } = await read();
    expect(fault).toEqual(coded('ERR_NOISE_EXCEEDED', { message: REPORTED }));
    const key = await keyOf(keyId);
    const endedBy = { reason: 'NOISE_EXCEEDED', openingId };
    expect(key).toMatchObject({ status: 'RETIRED', endedBy });
    for (const [index, mspId] of ALL.entries()) {
      const home = await world.openHome(mspId);
      expect(await home.epochs(keyId)).toEqual([0]);
      await expect(members[index]?.advanceOpening(openingId)).resolves.toBe('DONE');
      await expect(members[index]?.advanceKey(keyId)).resolves.toBe('DONE');
      expect(await home.epochs(keyId)).toEqual([]);
    }
    // Who reads it now learns that at once.
    await expect(world.open(B, openingId)).rejects.toThrow(coded('ERR_NOISE_EXCEEDED'));
  });

  it('ends the key by a member, where its reader stopped in between', async () => {
    const { keyId, openingId, fault } = await read(cutOff);
    expect(fault).toEqual(
      coded('ERR_NOISE_EXCEEDED', { message: `${REPORTED}; that could not be reported` }),
    );
    expect(await world.computation(A).getOpening(openingId)).toMatchObject({ status: 'NOISY' });
    await members[0]?.advanceOpening(openingId);
    expect(await keyOf(keyId)).toMatchObject({ status: 'RETIRED' });
  });

  it('ends the key by another reader, where the first one stopped in between', async () => {
    const { keyId, openingId } = await read(cutOff);
    expect(await keyOf(keyId)).toMatchObject({ status: 'ACTIVE' });
    await expect(world.open(B, openingId)).rejects.toThrow(
      coded('ERR_NOISE_EXCEEDED', { message: REPORTED }),
    );
    expect(await keyOf(keyId)).toMatchObject({ status: 'RETIRED' });
  });
});

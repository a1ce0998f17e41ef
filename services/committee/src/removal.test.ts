import { coded } from '@salus/testing/coded';
import { CommitteeWorld, untilDone, wrongDealer } from '@salus/testing/committee-world';

const [A, B, C, D, E, F, G] = ['AMSP', 'BMSP', 'CMSP', 'DMSP', 'EMSP', 'FMSP', 'GMSP'] as const;
const ALL = [A, B, C, D, E];

describe('a committee of three of five', () => {
  let world: CommitteeWorld;

  beforeAll(async () => {
    world = await CommitteeWorld.of([...ALL, F, G]);
  });
  afterAll(() => world.close());

  /** What leaving members can say and ask for on the ledger, beside their hashes. */
  async function fight(keyId: string, leaving: readonly string[], others: readonly string[]) {
    for (const mspId of leaving) {
      const computation = world.computation(mspId);
      await computation.proposeReshare({ keyId, epoch: 2, members: ALL, threshold: 3 });
      const own = { members: [...leaving, ...others, D].slice(0, 3), threshold: 2 };
      await expect(computation.proposeReshare({ keyId, epoch: 2, ...own })).rejects.toThrow(
        coded('ERR_CONFLICT'),
      );
      for (const about of [
        { reason: 'SHARE_DISPUTED', from: 's0' },
        { reason: 'SHARE_INVALID', shareId: 's0', from: 's0' },
        { reason: 'TRIAL_FAILED' },
      ] as const) {
        await expect(computation.complain({ keyId, epoch: 1, ...about })).rejects.toThrow(
          coded('ERR_FORBIDDEN'),
        );
      }
    }
  }

  it.each<[string, string[], string[]]>([
    ['one member', [B], [F]],
    ['two members who lie alike', [B, C], [F, G]],
  ])(
    'replaces %s that fight it with all they have, and names them',
    async (_, leaving, joining) => {
      const keyId = `without-${leaving.join('-')}`;
      await world.makeKey(keyId, ALL, 3);
      await world.summed(keyId, keyId, [[7], [8]]);
      const honest = ALL.filter((mspId) => !leaving.includes(mspId));
      const members = [...honest, ...joining];
      for (const mspId of honest.slice(0, 3)) {
        await world.computation(mspId).proposeReshare({ keyId, epoch: 1, members, threshold: 3 });
      }
      await world.approve(keyId, ...ALL);
      const liars = await Promise.all(leaving.map((mspId) => world.member(mspId, wrongDealer)));
      // They deal first, before anybody else has.
      for (const liar of liars) await liar.advanceKey(keyId);
      await fight(keyId, leaving, joining);
      const { wishes } = await world.computation(A).getKey(keyId);
      expect(wishes?.map(({ by }) => by)).toEqual(leaving);
      const next = await Promise.all(members.map((mspId) => world.member(mspId)));
      await untilDone([...next, ...liars].map((member) => () => member.advanceKey(keyId)));
      const { epoch, committee, ceremony } = await world.computation(A).getKey(keyId);
      expect({ epoch, committee, phase: ceremony.phase }).toEqual({
        ...{ epoch: 1, committee: { members, threshold: 3 }, phase: 'DONE' },
      });
      expect(ceremony.dissenting).toEqual(leaving);
      const request = { evaluationId: keyId, recipients: [A, D] };
      const { value } = await world.computation(A).requestOpening(request);
      expect((await world.openedWith(next.slice(-4), value.openingId)).slots[0]).toBe(15);
      for (const mspId of leaving) {
        expect(world.reports).toContainEqual({ destroyed: keyId, epoch: 0, mspId });
      }
    },
  );
});

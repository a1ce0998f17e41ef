import type { Ceremony } from '@salus/protocol/computation';
import { CommitteeWorld, onLedger } from '@salus/testing/committee-world';

const ALL = ['AMSP', 'BMSP', 'CMSP'];

describe('a member in a resharing that comes to no end', () => {
  let world: CommitteeWorld;

  beforeAll(async () => {
    world = await CommitteeWorld.of(ALL);
  });
  afterAll(() => world.close());

  it('keeps its new shares, as a transaction that is still to be ordered may end it, until the key changes', async () => {
    const keyId = 'aged';
    await world.makeKey(keyId, ALL, 2);
    await world.beginReshare(keyId, ALL, 2);
    const [a, b] = [await world.member('AMSP'), await world.member('BMSP')];
    // C takes no part: A and B have their new shares, and wait for it.
    for (let round = 0; round < 4; round += 1)
      for (const one of [a, b]) await one.advanceKey(keyId);
    expect((await world.computation('AMSP').getKey(keyId)).ceremony.phase).toBe('CONFIRMING');
    const home = await world.openHome('AMSP');
    expect(await home.epochs(keyId)).toEqual([0, 1]);
    const failed = (change: Partial<Ceremony>) =>
      onLedger((ledger) => ({
        getKey: async (id) => {
          const key = await ledger.getKey(id);
          return { ...key, ceremony: { ...key.ceremony, phase: 'FAILED' as const, ...change } };
        },
      }));
    const aged = await world.member('AMSP', failed({}));
    await expect(aged.advanceKey(keyId)).resolves.toBe('DONE');
    expect(await home.epochs(keyId)).toEqual([0, 1]);
    // A complaint changes the record of the key: no transaction ends the ceremony any more.
    const complaint = { by: 'BMSP', reason: 'TRIAL_FAILED', against: [], at: '' } as const;
    const ended = await world.member('AMSP', failed({ complaint }));
    await expect(ended.advanceKey(keyId)).resolves.toBe('DONE');
    expect(await home.epochs(keyId)).toEqual([0]);
  });
});

import { createEngine, type Engine } from '@salus/compute';
import { CEREMONY_LIFETIME_MS } from '@salus/protocol/computation';
import { CommitteeWorld, onLedger, untilDone } from '@salus/testing/committee-world';

const ALL = ['AMSP', 'BMSP', 'CMSP'];
const MINUTE_MS = 60_000;

describe('a member in a resharing that comes to no end', () => {
  let engine: Engine;
  let world: CommitteeWorld;

  beforeAll(async () => {
    engine = createEngine();
    world = await CommitteeWorld.of(engine, ALL);
  });
  afterAll(async () => {
    await world.close();
    await engine.close();
  });

  it('keeps its new shares while another one may have ended it well, and destroys them then', async () => {
    const keyId = 'aged';
    await world.makeKey(keyId, ALL, 2);
    await world.beginReshare(keyId, ALL, 2);
    const [a, b] = [await world.member('AMSP'), await world.member('BMSP')];
    const asked = () => world.computation('AMSP').getKey(keyId);
    // C takes no part: A and B have their new shares, and wait for it.
    for (let round = 0; round < 4; round += 1)
      for (const one of [a, b]) await one.advanceKey(keyId);
    const { proposedAt, phase } = (await asked()).ceremony;
    expect(phase).toBe('CONFIRMING');
    const home = await world.openHome('AMSP');
    expect(await home.epochs(keyId)).toEqual([0, 1]);

    let now = 0;
    const aged = await world.member('AMSP', (parts) => ({
      ...onLedger((ledger) => ({
        getKey: async (id) => {
          const key = await ledger.getKey(id);
          return { ...key, ceremony: { ...key.ceremony, phase: 'FAILED' as const } };
        },
      }))(parts),
      clock: () => now,
    }));
    const end = Date.parse(proposedAt) + CEREMONY_LIFETIME_MS;
    now = end + 59 * MINUTE_MS;
    await expect(aged.advanceKey(keyId)).resolves.toBe('WAITING');
    expect(await home.epochs(keyId)).toEqual([0, 1]);
    now = end + 60 * MINUTE_MS;
    await untilDone([() => aged.advanceKey(keyId)]);
    expect(await home.epochs(keyId)).toEqual([0]);
  });
});

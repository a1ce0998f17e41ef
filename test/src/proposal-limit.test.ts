import { createEngine } from '@salus/compute';
import { DAY_MS } from '@salus/protocol';
import {
  CommitteeActors,
  officer,
  PROFILE,
  TWO_OF_THREE,
} from './behaviour/computation/committee.js';
import { MemoryWorld } from './memory-world.js';

// Beside the behaviours: no network waits for a week.
describe('an organisation that proposes keys without end', () => {
  const engine = createEngine();
  const start = Date.now();
  let days = 0;
  const world = new MemoryWorld({}, () => new Date(start + days * DAY_MS));
  const committee = new CommitteeActors(world, engine, 'claims');
  const [other = '', attacker = ''] = TWO_OF_THREE.members;

  afterAll(() => engine.close());

  const proposalOf = (keyId: string) => ({
    ...{ keyId, ...TWO_OF_THREE, members: [...TWO_OF_THREE.members], profile: PROFILE },
    ...{ purpose: 'claims', aSeed: '0'.repeat(64), slotBudget: 1 },
    ...{ validFrom: '2020-01-01T00:00:00Z', validTo: '2099-12-31T00:00:00Z' },
  });

  const propose = async (proposer: string) => {
    const keyId = world.uniqueId('key');
    await committee.submit(officer(proposer), 'proposeKey', proposalOf(keyId));
    return keyId;
  };

  /** Proposes for as long as it can. */
  async function flood(): Promise<string[]> {
    const proposed: string[] = [];
    for (;;) {
      try {
        proposed.push(await propose(attacker));
      } catch (error) {
        expect(error).toMatchObject({ code: 'ERR_TOO_MANY_KEYS' });
        return proposed;
      }
    }
  }

  test('has so many open at once, and keeps no other from proposing', async () => {
    const proposed = await flood();
    expect(proposed).toHaveLength(256);
    days = 6;
    await expect(propose(attacker)).rejects.toMatchObject({ code: 'ERR_TOO_MANY_KEYS' });
    await propose(other);
    days = 8;
    // Ceremonies that came to no end have failed: no member works on them, and nobody goes on with them.
    const [keyId = ''] = proposed;
    const key = await committee.evaluate(officer(other), 'getKey', { keyId });
    expect(key).toMatchObject({ status: 'FAILED', ceremony: { phase: 'FAILED' } });
    expect(key.ceremony.complaint).toBeUndefined();
    for (const member of TWO_OF_THREE.members) {
      await expect(
        committee.submit(officer(member), 'commitContribution', {
          ...{ keyId, commitment: '0'.repeat(64) },
        }),
      ).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
    }
    expect(await flood()).toHaveLength(256);
  });

  test('conflicts with none of its own proposals that it makes at once', async () => {
    const third = TWO_OF_THREE.members.at(-1) ?? '';
    const names = ['k1', 'k2', 'k3', 'k4'];
    const endorsed = [];
    for (const keyId of names) {
      const args = [JSON.stringify(proposalOf(keyId))];
      const client = world.client(...officer(third));
      endorsed.push(await client.endorse('claims', 'computation:proposeKey', { args }));
    }
    for (const one of endorsed) await one.commit();
    for (const keyId of names) {
      const key = await committee.evaluate(officer(third), 'getKey', { keyId });
      expect(key.status).toBe('PENDING');
    }
  });
});

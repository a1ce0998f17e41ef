import { setTimeout as pause } from 'node:timers/promises';
import { CommitteeWorld } from '@salus/testing/committee-world';
import { Crash, Crashes } from '@salus/testing/crashes';
import type { CommitteeMember } from './committee-member.js';
import type { Standing } from './parts.js';
const ALL = ['AMSP', 'BMSP', 'CMSP'];
/** Members that nothing crashed wait for who works beside them: five minutes in all tell a hang. */
const PAUSE_MS = 10;
const MOST_ROUNDS = 30_000;

/** Each member's process is started again when it ends. */
async function survive(
  world: CommitteeWorld,
  names: readonly string[],
  turn: (member: CommitteeMember) => Promise<Standing>,
  isOver: () => Promise<boolean> = () => Promise.resolve(true),
): Promise<string[]> {
  const crashes = new Map(names.map((name) => [name, new Crashes()]));
  const members = new Map<string, CommitteeMember>();
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const standings: Standing[] = [];
    let crashed = false;
    for (const [name, { meddle }] of crashes) {
      const member = members.get(name) ?? (await world.member(name, meddle));
      members.set(name, member);
      try {
        standings.push(await turn(member));
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
        crashed = true;
        members.delete(name);
      }
    }
    if (crashed) continue;
    if (standings.every((one) => one === 'DONE') && (await isOver())) {
      return [...crashes.values()].flatMap(({ points }) => points);
    }
    await pause(PAUSE_MS);
  }
  throw new Error('The members come to no end');
}

describe('members that crash before and after everything they do', () => {
  let world: CommitteeWorld;

  beforeAll(async () => {
    world = await CommitteeWorld.of(ALL);
  });
  afterAll(() => world.close());

  const statusOf = async (keyId: string) => {
    const { status, epoch, ceremony } = await world.computation('AMSP').getKey(keyId);
    return `${status} ${epoch} ${ceremony.phase}`;
  };

  it('make a key all the same', async () => {
    await world.propose('k1', ALL, 2);
    const points = await survive(world, ALL, (member) => member.advanceKey('k1'));
    expect(await statusOf('k1')).toBe('ACTIVE 0 DONE');
    for (const effect of [
      'home.writeSecret(k1,0,dealing',
      'home.writeSecret(k1,0,hpke',
      'post.leaveKey',
      'ledger.commitContribution',
      'store.put',
      'ledger.revealContribution',
      'post.send',
      'home.writeKey',
      'ledger.confirmShares',
      'ledger.proveShares',
      'ledger.finaliseKey',
      'home.removeSecrets',
    ]) {
      expect(points.filter((point) => point.startsWith(`before ${effect}`))).not.toEqual([]);
    }
    expect(points.filter((point) => point.startsWith('after home.writeKey'))).toHaveLength(3);
  });

  it('open a sum with the key', async () => {
    await world.summed('k1', 'e1', [[5], [6]]);
    const computation = world.computation('AMSP');
    const recipients = ['AMSP', 'BMSP'];
    const { value } = await computation.requestOpening({ evaluationId: 'e1', recipients });
    const { openingId } = value;
    let recorded = false;
    const opening = world.open('AMSP', openingId).then(async (opened) => {
      expect(opened.slots[0]).toBe(11);
      await computation.recordOpening(openingId, { ...opened, salt: '0'.repeat(64) });
      recorded = true;
    });
    const points = await survive(
      world,
      ALL,
      (member) => member.advanceOpening(openingId),
      () => Promise.resolve(recorded),
    );
    await opening;
    for (const effect of ['home.writeRecord', 'ledger.submitPartials', 'post.send']) {
      expect(points.filter((point) => point.startsWith(`before ${effect}`))).not.toEqual([]);
    }
  });

  it('refresh its shares, and wipe the old ones', async () => {
    const reshare = { keyId: 'k1', epoch: 1, members: ALL, threshold: 2 };
    await world.computation('AMSP').proposeReshare(reshare);
    const points = await survive(world, ALL, (member) => member.advanceKey('k1'));
    expect(await statusOf('k1')).toBe('ACTIVE 1 DONE');
    for (const effect of ['ledger.dealReshare', 'ledger.finaliseReshare', 'home.destroyKey']) {
      expect(points.filter((point) => point.startsWith(`before ${effect}`))).not.toEqual([]);
    }
  });
});

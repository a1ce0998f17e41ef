import { randomBytes } from 'node:crypto';
import { isWhatWasOpened, openedValues } from '@salus/client/computation';
import {
  BESIDE_OTHERS,
  CHAINCODE,
  CommitteeWorld,
  untilDone,
} from '@salus/testing/committee-world';
import { coded } from '@salus/testing/coded';
import type { CommitteeMember } from './committee-member.js';
const A = 'AMSP';
const B = 'BMSP';
const C = 'CMSP';

describe('a committee of two of three', () => {
  let world: CommitteeWorld;
  let members: CommitteeMember[];

  beforeAll(async () => {
    world = await CommitteeWorld.of([A, B, C, 'DMSP']);
    members = await world.makeKey('k1', [A, B, C], 2);
  });
  afterAll(() => world.close());

  it('makes a key that the ledger calls active', async () => {
    const { status, epoch, ceremony } = await world.computation('DMSP').getKey('k1');
    expect({ status, epoch, phase: ceremony.phase }).toEqual({
      status: 'ACTIVE',
      epoch: 0,
      phase: 'DONE',
    });
  });

  it('leaves no partial opening of the trial at stores, and all that a key needs', async () => {
    const {
      ceremony,
      contributions = [],
      publicKeyHash = '',
    } = await world.computation(A).getKey('k1');
    const store = await world.storeOf(B);
    const read = (hash: string) => store.get(hash, { chaincode: CHAINCODE, key: 'k1' });
    const trial = ceremony.members.flatMap((member) => member.trial ?? []);
    expect(trial.length).toBeGreaterThan(0);
    await Promise.all(trial.map(({ hash }) => read(hash)));
    await world.sweepStore();
    for (const { hash } of trial) await expect(read(hash)).rejects.toThrow(coded('ERR_NOT_FOUND'));
    const needed = [...contributions.map(({ hash }) => hash), publicKeyHash];
    expect((await Promise.all(needed.map(read))).every(({ length }) => length > 0)).toBe(true);
  });

  it('opens a sum, puts it on record, and shows it to an auditor later', async () => {
    await world.summed('k1', 'e1', [
      [1, 2],
      [10, 20],
      [100, 200],
    ]);
    const computation = world.computation(A);
    const asked = await computation.requestOpening({ evaluationId: 'e1', recipients: [A, C] });
    const { openingId } = asked.value;
    const opening = world.open(A, openingId);
    const auditing = world.open(C, openingId);
    const serving = untilDone(
      members.map((member) => () => member.advanceOpening(openingId)),
      BESIDE_OTHERS,
    );
    const [opened, audited] = await Promise.all([opening, auditing]);
    expect(opened.slots.slice(0, 3)).toEqual([111, 222, 0]);
    expect(audited.slots).toEqual(opened.slots);
    const salt = randomBytes(32).toString('hex');
    const { value } = await computation.recordOpening(openingId, { ...opened, salt });
    await serving;
    expect(value.status).toBe('RECORDED');
    const shown = openedValues(openingId, audited.slots, salt);
    expect(isWhatWasOpened(await world.computation(C).getOpening(openingId), shown)).toBe(true);
    expect(isWhatWasOpened(value, { ...shown, values: [112, 222] })).toBe(false);
  });
});

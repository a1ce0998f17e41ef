import { registerRecords, readRecord, type NewRecord } from '@salus/client/records';
import { coded } from '@salus/testing/coded';
import { forgetSeriesAs010 } from '@salus/testing/details-of-010';
import { CITY, RecordWorld, VALLEY } from '@salus/testing/record-world';
import type { TestWallet } from '@salus/testing/test-wallet';

const PSY = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'PSY' };

function version(number: number, more: Partial<NewRecord> = {}): NewRecord {
  const before = { recordId: `r${number - 1}`, version: number - 1 };
  return {
    ...{ recordId: `r${number}`, category: 'laboratory', labels: [], name: 'r', links: [] },
    contentType: 'application/fhir+json',
    content: Buffer.from(`{"version":${number}}`),
    ...(number > 1 && { amends: before }),
    ...more,
  };
}

describe.each([
  ['of this release', false],
  ['of release 0.1.0, which kept no series', true],
])('versions of a record %s', (_which, isOf010) => {
  let world: RecordWorld;
  let wallet: TestWallet;

  beforeAll(async () => {
    world = await RecordWorld.open();
  });

  afterAll(() => world.close());

  beforeEach(async () => {
    wallet = await world.patient();
    const desk = await world.desk();
    for (const one of [version(1), version(2, { labels: [PSY] }), version(3)]) {
      await registerRecords([one], wallet.known, desk);
    }
    const { pseudonym } = wallet;
    const versions = ['r1', 'r2', 'r3'];
    if (isOf010) await forgetSeriesAs010(world.ledger, CITY, { pseudonym, versions });
  });

  const relay = async (body: object) => {
    const { jws } = await wallet.grant(body);
    await (await world.ehr(CITY, 'registrar')).grantAccess(jws);
  };
  const reads = async (recordId: string) => {
    const { pseudonym } = wallet;
    const read = await readRecord(await world.reader(VALLEY), {
      pseudonym,
      recordId,
      purpose: 'TREAT',
    });
    return read.content.toString();
  };
  const valley = { mspId: VALLEY };
  const DENIED = coded('ERR_NO_DECISION');

  it('are read by a permit of an earlier one, not of a later one', async () => {
    await relay({ grantee: valley, scope: { records: ['r2'] } });
    expect(await reads('r3')).toBe('{"version":3}');
    await expect(reads('r1')).rejects.toThrow(DENIED);
  });

  it('are all closed by a deny of one', async () => {
    await relay({ grantee: valley, scope: { records: ['r1'] } });
    await relay({ decision: 'deny', grantee: {}, scope: { records: ['r2'] } });
    for (const recordId of ['r1', 'r2', 'r3']) {
      await expect(reads(recordId)).rejects.toThrow(DENIED);
    }
  });

  it('have to a deny the labels of later ones', async () => {
    const ehr = await world.ehr(CITY, 'registrar');
    const { pseudonym } = wallet;
    const { labelTags } = await ehr.getRecord({ pseudonym, recordId: 'r2' });
    await relay({ grantee: valley, scope: { records: ['r1'] } });
    await relay({ decision: 'deny', grantee: {}, scope: { labelTags } });
    for (const recordId of ['r1', 'r2']) await expect(reads(recordId)).rejects.toThrow(DENIED);
    expect(await reads('r3')).toBe('{"version":3}');
  });

  it('are one series that the next version continues', async () => {
    await registerRecords([version(4)], wallet.known, await world.desk());
    const ehr = await world.ehr(CITY, 'registrar');
    const { pseudonym } = wallet;
    for (const [recordId, earlier, later] of [
      ['r1', [], ['r2', 'r3', 'r4']],
      ['r2', ['r1'], ['r3', 'r4']],
      ['r4', ['r1', 'r2', 'r3'], []],
    ] as const) {
      const told = await ehr.recordVersions({ pseudonym, recordId });
      expect({ ...told, later: told.later.map((one) => one.recordId) }).toEqual({ earlier, later });
    }
    expect((await ehr.getRecord({ pseudonym, recordId: 'r4' })).series).toBe('r1');
  });
});

import { CITY, INSURER, RecordWorld, VALLEY } from '@salus/testing/record-world';
import type { NewRecord } from '../records/new-record.js';
import { registerRecords } from '../records/register-records.js';
import { readableRecords, type RecordFilter } from './longitudinal.js';

function observation(recordId: string, more: Partial<NewRecord> = {}): NewRecord {
  return {
    recordId,
    category: 'laboratory',
    labels: [],
    name: recordId,
    links: [],
    contentType: 'application/fhir+json',
    fhirType: 'Observation',
    content: Buffer.from('{}'),
    ...more,
  };
}

describe('the records of a patient across institutions', () => {
  let world: RecordWorld;

  beforeAll(async () => {
    world = await RecordWorld.open();
  });

  afterAll(() => world.close());

  const namesOf = async (mspId: string, pseudonym: string, filter?: RecordFilter) => {
    const ehr = await world.ehr(mspId, mspId === INSURER ? 'adjuster' : 'physician');
    const query = { pseudonym, purpose: 'TREAT' as const, ...(filter && { filter }) };
    const names: string[] = [];
    for await (const { record } of readableRecords(ehr, query)) names.push(record.recordId);
    return names.sort();
  };

  it('are shown and counted as far as consent goes', async () => {
    const wallet = await world.patient();
    const { pseudonym } = wallet;
    const restricted = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'HIV' };
    await registerRecords(
      [
        observation('lab', { careTime: { start: '2026-01-01' } }),
        observation('image', { category: 'imaging', contentType: 'application/dicom' }),
        observation('hiv', { labels: [restricted] }),
      ],
      wallet.known,
      await world.desk(),
    );
    await registerRecords([observation('own')], wallet.known, await world.desk(VALLEY));
    expect(await namesOf(CITY, pseudonym)).toEqual(['hiv', 'image', 'lab']);
    expect(await namesOf(VALLEY, pseudonym)).toEqual(['own']);
    expect(await namesOf(INSURER, pseudonym)).toEqual([]);

    const registrar = await world.ehr(CITY, 'registrar');
    const scope = { categoryTags: [wallet.tag('laboratory')] };
    for (const mspId of [VALLEY, INSURER]) {
      await registrar.grantAccess((await wallet.grant({ grantee: { mspId }, scope })).jws);
    }
    const deny = { decision: 'deny', grantee: { mspId: VALLEY }, scope: { records: ['hiv'] } };
    await registrar.grantAccess((await wallet.grant(deny)).jws);
    expect(await namesOf(VALLEY, pseudonym)).toEqual(['lab', 'own']);
    expect(await namesOf(INSURER, pseudonym)).toEqual(['hiv', 'lab', 'own']);
    // What an organisation doesn't see of a record it can't select by.
    expect(await namesOf(INSURER, pseudonym, { categories: ['laboratory'] })).toEqual([]);
    for (const mspId of [CITY, VALLEY]) await world.shareDetails(pseudonym, mspId);
    expect(await namesOf(VALLEY, pseudonym, { from: '2026-01-01' })).toEqual(['lab']);
    expect(await namesOf(VALLEY, pseudonym, { until: '2026-01-01' })).toEqual([]);
    expect(await namesOf(VALLEY, pseudonym, { custodians: [CITY] })).toEqual(['lab']);
    const laboratory = await namesOf(INSURER, pseudonym, { categories: ['laboratory'] });
    expect(laboratory).toEqual(['hiv', 'lab', 'own']);
    expect(await namesOf(CITY, pseudonym, { contentTypes: ['application/dicom'] })).toEqual([
      'image',
    ]);
  });

  it('leave no trace on the ledger', async () => {
    const wallet = await world.patient();
    await registerRecords([observation('r1')], wallet.known, await world.desk());
    const before = world.ledger.height;
    expect(await namesOf(CITY, wallet.pseudonym)).toEqual(['r1']);
    expect(world.ledger.height).toBe(before);
  });

  it('show the last version of each, or all', async () => {
    const wallet = await world.patient();
    const desk = await world.desk();
    await registerRecords([observation('v1')], wallet.known, desk);
    const amends = { recordId: 'v1', version: 1 };
    await registerRecords([observation('v2', { amends })], wallet.known, desk);
    expect(await namesOf(CITY, wallet.pseudonym)).toEqual(['v2']);
    expect(await namesOf(CITY, wallet.pseudonym, { allVersions: true })).toEqual(['v1', 'v2']);
  });
});

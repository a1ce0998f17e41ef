import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { readFhirText } from '@salus/fhir';
import { hashOf, SalusError } from '@salus/protocol';
import type { HealthRecord } from '@salus/protocol/ehr';
import { coded } from '@salus/testing/coded';
import { CITY, RecordWorld } from '@salus/testing/record-world';
import type { TestWallet } from '@salus/testing/test-wallet';
import type { RecordDesk } from './desk.js';
import { importResources } from './import-resources.js';
import { fileJournal } from './journal.js';
import { readRecord } from './read-record.js';

const bundle = (reference: string, more: object = {}) =>
  readFhirText(
    JSON.stringify({
      resourceType: 'Bundle',
      entry: [
        { resource: { resourceType: 'Patient', id: 'p' } },
        { resource: { resourceType: 'Condition', id: 'c', subject: { reference }, ...more } },
      ],
    }),
    'bundle',
  );

describe('an import', () => {
  let world: RecordWorld;
  let wallet: TestWallet;
  let desk: RecordDesk;

  beforeEach(async () => {
    world = await RecordWorld.open();
    wallet = await world.patient();
    desk = { ...(await world.desk()), journal: fileJournal(path.join(world.home, 'desk')) };
  });

  afterEach(() => world.close());

  const imports = (of = desk, resources = bundle('Patient/p')) =>
    importResources(resources, wallet.known, of);

  async function records(): Promise<HealthRecord[]> {
    const found: HealthRecord[] = [];
    for await (const one of desk.ehr.records(wallet.pseudonym)) found.push(one);
    return found;
  }

  const read = async (recordId: string) => {
    const { pseudonym } = wallet;
    const reader = await world.reader(CITY, { keys: [CITY] });
    return readRecord(reader, { pseudonym, recordId, purpose: 'TREAT' });
  };

  it('stores each resource encrypted, and tells hospitals alone what it is', async () => {
    const imported = await imports();
    expect(imported).toHaveLength(2);
    for (const { recordId, text, category } of imported) {
      const { content, details, record } = await read(recordId);
      expect(content.toString()).toBe(text);
      expect(details).toMatchObject({ category, contentType: 'application/fhir+json' });
      expect(record.detailsHash).toBe(hashOf(details));
      expect(record.layout).toMatchObject({ k: 3, n: 5 });
    }
    const [patient, condition] = imported;
    const { details } = await read(condition?.recordId ?? '');
    expect(details.links).toEqual([{ relation: 'context', recordId: patient?.recordId }]);
  });

  it('writes nothing when a reference is broken', async () => {
    const broken = imports(desk, bundle('Patient/q'));
    await expect(broken).rejects.toThrow(coded('ERR_FHIR_BROKEN_REFERENCE'));
    expect([await records(), await desk.journal.load()]).toEqual([[], []]);
  });

  it('imports nothing twice, and what has changed as the next version', async () => {
    const first = await imports();
    const again = await imports();
    expect(again.map(({ isNew }) => isNew)).toEqual([false, false]);
    const changed = await imports(desk, bundle('Patient/p', { recordedDate: '2026-01-01' }));
    expect(changed.map(({ isNew }) => isNew)).toEqual([false, true]);
    const [, before] = first;
    const [, after] = changed;
    const all = await records();
    const of = (id?: string) => all.find(({ recordId }) => recordId === id);
    expect(all).toHaveLength(3);
    expect(of(before?.recordId)).toMatchObject({ version: 1, amendedBy: after?.recordId });
    expect(of(after?.recordId)).toMatchObject({ version: 2, amends: before?.recordId });
  });

  it('is refused while another one has the journal, and takes nothing of that one', async () => {
    const { ehr } = desk;
    let second: Promise<unknown> | undefined;
    const registerRecords: typeof ehr.registerRecords = async (all) => {
      // The first one is between journal and deposit: only the journal has the sealed keys now.
      second = imports();
      await expect(second).rejects.toMatchObject({ code: 'ERR_HOME_IN_USE' });
      expect(await desk.journal.load()).toHaveLength(2);
      return ehr.registerRecords(all);
    };
    await imports({ ...desk, ehr: { ...ehr, registerRecords } });
    expect(second).toBeDefined();
    expect(await records()).toHaveLength(2);
  });

  it('goes on after it was cut off between registering and depositing', async () => {
    const { ehr } = desk;
    const depositDetails = () => Promise.reject(new SalusError('ERR_PEER_UNREACHABLE', 'gone'));
    const cutOff = imports({ ...desk, ehr: { ...ehr, depositDetails } });
    await expect(cutOff).rejects.toThrow('gone');
    const [record] = await records();
    const at = { pseudonym: wallet.pseudonym, recordId: record?.recordId ?? '' };
    await expect(ehr.readDetails(at)).rejects.toThrow(coded('ERR_DETAILS_MISSING'));
    const imported = await imports();
    expect(imported.map(({ isNew }) => isNew)).toEqual([false, false]);
    for (const { recordId, text } of imported) {
      expect((await read(recordId)).content.toString()).toBe(text);
    }
    expect(await desk.journal.load()).toEqual([]);
  });

  it('forgets what the patient had erased after it was cut off', async () => {
    const { ehr } = desk;
    const depositDetails = () => Promise.reject(new SalusError('ERR_PEER_UNREACHABLE', 'gone'));
    const cutOff = imports({ ...desk, ehr: { ...ehr, depositDetails } });
    await expect(cutOff).rejects.toThrow('gone');
    const registered = (await records()).map(({ recordId }) => recordId);
    const { jws } = await wallet.statement('ErasureOrder.v1', { records: registered });
    await (await world.ehr(CITY, 'registrar')).eraseRecords(jws);
    expect((await imports()).map(({ isNew }) => isNew)).toEqual([false, false]);
    expect(await desk.journal.load()).toEqual([]);
  });

  it('makes no second series for a practitioner who may not know the first', async () => {
    await imports();
    const grantee = { practitioner: 'physician-1' };
    const deny = await wallet.grant({ decision: 'deny', grantee, scope: {} });
    await (await world.ehr(CITY, 'registrar')).grantAccess(deny.jws);
    const denied = { ...desk, ehr: await world.ehr(CITY, 'physician') };
    const changed = bundle('Patient/p', { recordedDate: '2026-01-01' });
    await expect(imports(denied, changed)).rejects.toThrow(coded('ERR_FORBIDDEN'));
    expect(await records()).toHaveLength(2);
    expect((await imports(desk, changed)).map(({ isNew }) => isNew)).toEqual([false, true]);
  });

  it('forgets what was cut off before it was registered', async () => {
    const { ehr } = desk;
    const registerRecords = () => Promise.reject(new SalusError('ERR_PEER_UNREACHABLE', 'gone'));
    await expect(imports({ ...desk, ehr: { ...ehr, registerRecords } })).rejects.toThrow('gone');
    expect(await desk.journal.load()).toHaveLength(2);
    expect((await imports()).map(({ isNew }) => isNew)).toEqual([true, true]);
    expect(await desk.journal.load()).toEqual([]);
  });

  it('takes a patient only by the key that the wallet registered with', async () => {
    const kid = randomBytes(32).toString('base64url');
    const squatted = importResources(bundle('Patient/p'), { ...wallet.known, kid }, desk);
    await expect(squatted).rejects.toThrow(coded('ERR_KEY_MISMATCH'));
    expect(await records()).toEqual([]);
  });
});

import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { readFhirText } from '@salus/fhir';
import { hashOf, SalusError, sha256Hex } from '@salus/protocol';
import type { HealthRecord } from '@salus/protocol/ehr';
import { coded } from '@salus/testing/coded';
import { CITY, RecordWorld } from '@salus/testing/record-world';
import type { TestWallet } from '@salus/testing/test-wallet';
import type { RecordDesk } from './desk.js';
import { importResources } from './import-resources.js';
import { fileJournal } from './journal.js';
import { recordIdOf } from './ledger-ids.js';
import { readRecord } from './read-record.js';
import { registerContent } from './register-file.js';
import { registerRecords } from './register-records.js';
import { newRecordOf, resourceRecords } from './resource-records.js';

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

  const observation = (more: object, fullUrl?: string) => ({
    ...(fullUrl !== undefined && { fullUrl }),
    resource: { resourceType: 'Observation', status: 'final', ...more },
  });
  const entries = (...entry: object[]) =>
    readFhirText(JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }), 'bundle');
  const current = async () => (await records()).filter(({ amendedBy }) => amendedBy === undefined);
  const texts = async () =>
    (await Promise.all((await current()).map(({ recordId }) => read(recordId)))).map(
      ({ content }) => content.toString(),
    );

  it('keeps resources without an ID apart: the next file has another one at the same place', async () => {
    const [height, potassium] = [
      observation({ valueInteger: 171 }),
      observation({ valueInteger: 6 }),
    ];
    await imports(desk, entries(height));
    await imports(desk, entries(potassium));
    expect((await texts()).sort()).toEqual(
      [height, potassium].map(({ resource }) => JSON.stringify(resource)).sort(),
    );
    const again = await imports(desk, entries(potassium, height));
    expect(again.map(({ isNew }) => isNew)).toEqual([false, false]);
  });

  it('makes versions of a resource without an ID that has an identifier', async () => {
    const identifier = [{ system: 'urn:lab', value: '4' }];
    await imports(desk, entries(observation({ identifier, status: 'preliminary' })));
    await imports(desk, entries(observation({ identifier })));
    expect((await records()).map(({ version }) => version).sort()).toEqual([1, 2]);
  });

  it('keeps one ID of two servers apart', async () => {
    const [a, b] = ['a', 'b'].map((server) =>
      observation({ id: '7', valueString: server }, `https://${server}.example/fhir/Observation/7`),
    );
    const imported = await imports(desk, entries(a!, b!));
    expect(imported.map(({ isNew }) => isNew)).toEqual([true, true]);
    expect(await current()).toHaveLength(2);
    await imports(desk, entries({ ...b, resource: { ...b!.resource, valueString: 'new' } }));
    expect((await texts()).map((text) => /"valueString":"(\w+)"/.exec(text)?.[1]).sort()).toEqual([
      ...['a', 'new'],
    ]);
  });

  it('takes a content that comes back after another one for the present version', async () => {
    const [active, onHold] = ['active', 'on-hold'].map((status) =>
      entries({ resource: { resourceType: 'MedicationRequest', id: 'mr', status } }),
    );
    for (const status of [active!, onHold!, active!, active!, onHold!, active!]) {
      const [{ recordId } = { recordId: '' }] = await imports(desk, status);
      expect((await current()).map((one) => one.recordId)).toEqual([recordId]);
      expect(await texts()).toEqual(status.map(({ text }) => text));
    }
    // Sent twice in a row it was there already.
    expect(await records()).toHaveLength(5);
  });

  it('takes a numbered version that is sent again for what it was', async () => {
    const version = (versionId: string) =>
      entries(observation({ id: 'o', meta: { versionId, lastUpdated: '2026-01-01T00:00:00Z' } }));
    await imports(desk, version('1'));
    await imports(desk, version('2'));
    expect((await imports(desk, version('1'))).map(({ isNew }) => isNew)).toEqual([false]);
    expect((await texts()).join()).toContain('"versionId":"2"');
  });

  it('finds again what release 0.1.0 named by its place or without its server', async () => {
    const [bare, served] = [
      observation({ valueInteger: 1 }),
      observation({ id: '7' }, 'https://a.example/fhir/Observation/7'),
    ];
    const resources = entries(bare, served);
    const { pseudonym } = wallet;
    await registerRecords(
      resourceRecords(resources, wallet.known, desk).map((one, at) => ({
        ...newRecordOf(one),
        recordId: recordIdOf(desk.idSecret, {
          pseudonym,
          name: resources[at]!.name,
          textHash: sha256Hex(Buffer.from(one.text)),
        }),
      })),
      wallet.known,
      desk,
    );
    expect((await imports(desk, resources)).map(({ isNew }) => isNew)).toEqual([false, false]);
    expect(await records()).toHaveLength(2);
  });

  it('takes times that no ledger can say, and labels in any script', async () => {
    const security = [
      { system: 'http://hospital.example/labels', code: 'VIP ward' },
      { system: 'http://hospital.example/labels', code: 'Chefärzte' },
    ];
    const imported = await imports(
      desk,
      entries(
        observation({ id: 'a', effectiveDateTime: '0001-01-01T00:00:00' }),
        observation({ id: 'b', effectivePeriod: { end: '9999-12-31T23:59:59-05:00' } }),
        observation({ id: 'c', meta: { security } }),
      ),
    );
    const { details } = await read(imported[2]?.recordId ?? '');
    expect(details.labels.map(({ code }) => code)).toEqual(['Chefärzte', 'VIP ward', 'N']);
  });

  it('writes nothing where the ledger would refuse the details of one resource', async () => {
    const security = [{ system: 'urn:x', code: 'x'.repeat(65) }];
    const wrong = entries(observation({ id: 'a' }), observation({ id: 'b', meta: { security } }));
    await expect(imports(desk, wrong)).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
      message: expect.stringContaining('Observation/b') as string,
    });
    expect([await records(), await desk.journal.load()]).toEqual([[], []]);
    const content = Buffer.from('x');
    for (const more of [
      { contentType: 'text/plain; charset=utf-8' },
      { practitioner: 'Dr. Müller' },
      { careStart: '2024-1-5' },
      { label: [`urn:x|${'x'.repeat(65)}`] },
    ]) {
      const file = { content, name: 'x', contentType: 'text/plain', ...more };
      await expect(registerContent(file, wallet.known, desk)).rejects.toThrow(
        coded('ERR_INVALID_ARGUMENT'),
      );
    }
    expect([await records(), await desk.journal.load()]).toEqual([[], []]);
  });

  it('sets aside what the ledger refuses for good, and goes on with other patients', async () => {
    const { ehr } = desk;
    const depositDetails = () => Promise.reject(new SalusError('ERR_PEER_UNREACHABLE', 'gone'));
    const one = entries(observation({ id: 'a' }), observation({ id: 'b' }));
    await expect(imports({ ...desk, ehr: { ...ehr, depositDetails } }, one)).rejects.toThrow(
      'gone',
    );
    const [first, second] = await desk.journal.load();
    if (!first || !second) throw new Error('the journal is empty');
    const labels = [{ system: 'urn:x', code: 'x'.repeat(65) }];
    await desk.journal.save([{ ...first, details: { ...first.details, labels } }, second]);

    const other = await world.patient();
    const imported = await importResources(entries(observation({ id: 'c' })), other.known, desk);
    expect(imported.map(({ isNew }) => isNew)).toEqual([true]);
    expect(await desk.journal.load()).toEqual([]);
    // Its keys are kept, and the sound one was deposited.
    const refused = await readFile(path.join(world.home, 'desk', 'import.refused'), 'utf8');
    expect(refused).toContain(first.details.recordId);
    expect(refused).not.toContain(second.details.recordId);
    expect((await read(second.details.recordId)).details.recordId).toBe(second.details.recordId);

    // An anchor without details is not there: sent again the resource becomes a version that can be read.
    const again = await imports(desk, one);
    expect(again.map(({ isNew }) => isNew)).toEqual([true, false]);
    expect(await texts()).toHaveLength(2);
  });

  it('refuses the resources of two patients, and takes those of the one who is named', async () => {
    const of = (id: string) => [
      { resource: { resourceType: 'Patient', id } },
      observation({ id: `o-${id}`, subject: { reference: `Patient/${id}` } }),
    ];
    const two = entries(...of('mother'), ...of('child'));
    await expect(imports(desk, two)).rejects.toThrow(coded('ERR_CONFLICT'));
    expect(await records()).toEqual([]);
    const imported = await importResources(two, wallet.known, desk, { subject: 'Patient/child' });
    expect(imported.map(({ name }) => name)).toEqual(['Patient/child', 'Observation/o-child']);
  });

  it('tells what it could not judge, and of Consents that nobody signed', async () => {
    const code = { text: 'HIV' };
    const imported = await imports(
      desk,
      entries(
        observation({ id: 'a', code }),
        observation({
          id: 'b',
          code: { coding: [{ system: 'http://loinc.org', code: '8302-2' }] },
        }),
        { resource: { resourceType: 'Consent', id: 'c', provision: { type: 'deny' } } },
      ),
    );
    expect(imported.map(({ notes }) => notes)).toEqual([
      ['NOT_JUDGED'],
      [],
      ['NOT_JUDGED', 'CONSENT_NOT_IN_FORCE'],
    ]);
  });

  it('takes a patient only by the key that the wallet registered with', async () => {
    const kid = randomBytes(32).toString('base64url');
    const squatted = importResources(bundle('Patient/p'), { ...wallet.known, kid }, desk);
    await expect(squatted).rejects.toThrow(coded('ERR_KEY_MISMATCH'));
    expect(await records()).toEqual([]);
  });
});

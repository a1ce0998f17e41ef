import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type NewRecord, registerRecords, readRecord } from '@salus/client/records';
import { generateHpkeKeyPair } from '@salus/crypto/hpke';
import { chainOf } from '@salus/testing/chain-of';
import { coded } from '@salus/testing/coded';
import { CHANNEL } from '@salus/testing/consent-world';
import { eventually } from '@salus/testing/eventually';
import { CITY, INSURER, PHARMA, RecordWorld, VALLEY } from '@salus/testing/record-world';
import { rewrapCategory } from './rewrap-category.js';
import { Rewrapper } from './rewrapper.js';

const TEXT = '{"resourceType":"Observation","status":"final"}';

function observation(recordId: string, more: Partial<NewRecord> = {}): NewRecord {
  return {
    recordId,
    category: 'laboratory',
    labels: [],
    name: recordId,
    links: [],
    contentType: 'application/fhir+json',
    content: Buffer.from(TEXT),
    ...more,
  };
}

describe('sharing records', () => {
  let world: RecordWorld;

  beforeEach(async () => {
    world = await RecordWorld.open();
  });

  afterEach(() => world.close());

  const wish = (pseudonym: string, recordId: string) =>
    ({ pseudonym, recordId, purpose: 'TREAT' }) as const;

  it('opens a later record of a granted category without patient or custodian', async () => {
    const wallet = await world.patient('laboratory');
    await world.grantCategories(wallet, VALLEY, 'laboratory');
    await registerRecords([observation('later')], wallet.known, await world.desk());
    expect(await world.shareDetails(wallet.pseudonym)).toMatchObject({ shared: 1, faults: [] });
    const valley = await world.reader(VALLEY, { keys: [VALLEY] });
    const read = await readRecord(valley, wish(wallet.pseudonym, 'later'));
    expect(read.content.toString()).toBe(TEXT);
    expect(read.decision).toMatchObject({ reason: 'GRANT', obligations: [] });
    expect(read.details.category).toBe('laboratory');
    // A name often holds the hospital's number of the patient: the details have what stands for it.
    expect(read.details.name).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it('reads with two of five stores down', async () => {
    const wallet = await world.patient('laboratory');
    await world.grantCategories(wallet, VALLEY, 'laboratory');
    await registerRecords([observation('r1')], wallet.known, await world.desk());
    await world.stopStores(CITY, PHARMA);
    const valley = await world.reader(VALLEY);
    const read = await readRecord(valley, wish(wallet.pseudonym, 'r1'));
    expect(read.content.toString()).toBe(TEXT);
  });

  it('re-wraps nothing to an epoch that the patient did not begin, whatever the peer says', async () => {
    const [wallet, thief] = [await world.patient('laboratory'), await world.patient('laboratory')];
    const { pseudonym } = wallet;
    await registerRecords([observation('r1')], wallet.known, await world.desk());
    const ehr = await world.ehr(CITY, 'keyservice');
    const truth = await ehr.getPatient(pseudonym);
    const theirs = await ehr.getPatient(thief.pseudonym);
    const [[categoryTag, own] = ['', undefined]] = Object.entries(truth.categoryKeys);
    const [foreign] = Object.values(theirs.categoryKeys);
    if (!own || !foreign) throw new Error('The patients have category keys');
    const { publicKey } = await generateHpkeKeyPair();
    const replaced: unknown[] = [];
    const forgeries = [
      { ...own, epoch: 2, publicKey },
      { ...own, publicKey },
      { ...own, epoch: 2, publicKey, statement: randomUUID() },
      foreign,
    ];
    for (const forged of forgeries) {
      const lying = {
        getPatient: () => Promise.resolve({ ...truth, categoryKeys: { [categoryTag]: forged } }),
        getStatement: ({ jti }: { jti: string }) =>
          ehr
            .getStatement({ pseudonym, jti })
            .catch(() => ehr.getStatement({ pseudonym: thief.pseudonym, jti })),
        records: ehr.records.bind(ehr),
        readDetails: ehr.readDetails.bind(ehr),
        replaceKeys: (keys: Parameters<typeof ehr.replaceKeys>[0]) => {
          replaced.push(keys);
          return ehr.replaceKeys(keys);
        },
      };
      const rewrapping = { mspId: CITY, channel: CHANNEL, ledger: lying, keys: world.ring(CITY) };
      await expect(rewrapCategory({ pseudonym, categoryTag }, rewrapping)).rejects.toThrow(
        coded('ERR_CONSENT_UNPROVEN'),
      );
    }
    expect(replaced).toEqual([]);
  });

  it('closes later records to whom the category was withdrawn from, keys and all', async () => {
    const wallet = await world.patient('laboratory');
    const grant = await world.grantCategories(wallet, VALLEY, 'laboratory');
    const desk = await world.desk();
    await registerRecords([observation('before')], wallet.known, desk);
    const nextKeys = [await wallet.nextKey('laboratory')];
    const withdrawal = { grant: grant.jti, nextKeys };
    const { jws } = await wallet.statement('ConsentWithdrawal.v1', withdrawal);
    await desk.ehr.getPatient(wallet.pseudonym);
    const registrar = await world.ehr(CITY, 'registrar');
    await registrar.withdrawConsent(jws);
    await registerRecords([observation('after')], wallet.known, desk);

    const valley = await world.reader(VALLEY);
    for (const recordId of ['before', 'after']) {
      const reading = readRecord(valley, wish(wallet.pseudonym, recordId));
      await expect(reading).rejects.toThrow(coded('ERR_NO_DECISION'));
    }
    // Of what the custodian seals to categories now, no key that was handed out opens anything.
    const { pseudonym } = wallet;
    const sealedFor = async (recordId: string) => {
      const { keys } = await registrar.readDetails({ pseudonym, recordId });
      return keys.sealedKeys.filter(({ kind }) => kind === 'category').map(({ epoch }) => epoch);
    };
    expect([await sealedFor('before'), await sealedFor('after')]).toEqual([[1], [2]]);
    const custodian = await world.ehr(CITY, 'keyservice');
    const lines: object[] = [];
    const rewrapper = await Rewrapper.open({
      mspId: CITY,
      channel: CHANNEL,
      ledger: custodian,
      keys: world.ring(CITY),
      home: world.home,
      log: (line) => void lines.push(line),
    });
    await rewrapper.notice(pseudonym);
    expect(await rewrapper.workOff()).toBe(true);
    expect([await sealedFor('before'), await sealedFor('after')]).toEqual([[2], [2]]);
    expect(rewrapper.status).toMatchObject([{ epoch: 2, total: 2, done: 2, status: 'DONE' }]);
    expect(JSON.stringify(lines)).not.toContain(pseudonym);
    // Who is granted the category anew opens both, with the custodian's key service away.
    await world.grantCategories(wallet, VALLEY, 'laboratory');
    expect(await world.shareDetails(pseudonym)).toMatchObject({ shared: 2, faults: [] });
    const again = await world.reader(VALLEY, { keys: [VALLEY] });
    for (const recordId of ['before', 'after']) {
      const { content } = await readRecord(again, wish(pseudonym, recordId));
      expect(content.toString()).toBe(TEXT);
    }
  });

  it('re-wraps whatever forged events come before, and gives up patients who are not there', async () => {
    const wallet = await world.patient('laboratory');
    const { pseudonym } = wallet;
    await registerRecords([observation('r1')], wallet.known, await world.desk());
    const custodian = await world.ehr(CITY, 'keyservice');
    const keys = [await wallet.nextKey('laboratory')];
    const { jws } = await wallet.statement('CategoryKeys.v1', { keys });
    await (await world.ehr(CITY, 'registrar')).setCategoryKeys(jws);
    const unknown = 'u'.repeat(43);
    const asked: string[] = [];
    const lines: object[] = [];
    const rewrapper = await Rewrapper.open({
      ...{ mspId: CITY, channel: CHANNEL, keys: world.ring(CITY), home: world.home },
      ledger: {
        ...custodian,
        getPatient: (of) => {
          asked.push(of);
          return custodian.getPatient(of);
        },
      },
      log: (line) => void lines.push(line),
      retryMs: 10,
    });
    const client = chainOf(
      ['PatientRegistered.v1', 'Jane Doe'],
      ['ConsentWithdrawn.v1', { pseudonym: 'Jane Doe' }],
      ['ConsentWithdrawn.v1', { pseudonym: unknown }],
      ['CategoryKeysSet.v1', { pseudonym }],
    );
    const stopping = new AbortController();
    const working = rewrapper.run({ client, from: 'beginning' }, stopping.signal);
    await eventually(() => {
      expect(rewrapper.status).toMatchObject([{ epoch: 2, done: 1, status: 'DONE' }]);
      expect(lines).toContainEqual(expect.objectContaining({ isGivenUp: true }));
    });
    stopping.abort();
    await working;
    // The second look at the one who is not there comes after the first at the one who is.
    expect(asked.slice(0, 2)).toEqual([unknown, pseudonym]);
    expect(asked.filter((of) => of === unknown)).toHaveLength(5);
    const forged = { rewrapping: 'an event', fault: 'ERR_INVALID_ARGUMENT', isPassedOver: true };
    expect(lines.slice(0, 2)).toEqual([forged, forged]);
    expect(lines).toContainEqual({ rewrapping: 'a patient', fault: 'ERR_NOT_FOUND' });
    expect(await rewrapper.workOff()).toBe(true);
    expect(JSON.stringify(lines)).not.toMatch(/Jane|uuu/);
  });

  it('keeps a short list of patients to look at, whatever flood of forged events comes', async () => {
    const wallet = await world.patient('laboratory');
    const custodian = await world.ehr(CITY, 'keyservice');
    const unknown = Array.from({ length: 1500 }, (_, index) => `${index}`.padStart(43, 'u'));
    const seen = new Set<string>();
    const lengths: number[] = [];
    const rewrapper = await Rewrapper.open({
      ...{ mspId: CITY, channel: CHANNEL, keys: world.ring(CITY), home: world.home },
      ledger: {
        ...custodian,
        getPatient: async (of) => {
          seen.add(of);
          if (seen.size % 100 === 0) {
            const list = await readFile(path.join(world.home, 'looking.json'), 'utf8');
            lengths.push((JSON.parse(list) as unknown[]).length);
          }
          return custodian.getPatient(of);
        },
      },
      retryMs: 1,
    });
    const forged = unknown.map((pseudonym) => ['ConsentWithdrawn.v1', { pseudonym }] as const);
    const { pseudonym } = wallet;
    const client = chainOf(...forged, ['CategoryKeysSet.v1', { pseudonym }]);
    const stopping = new AbortController();
    const working = rewrapper.run({ client, from: 'beginning' }, stopping.signal);
    await eventually(() => {
      expect(rewrapper.status).toMatchObject([{ epoch: 1, status: 'DONE' }]);
    });
    stopping.abort();
    await working;
    expect(seen.size).toBe(unknown.length + 1);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(500);
  });

  it('seals by the next epoch where the patient withdraws between sealing and registering', async () => {
    const wallet = await world.patient('laboratory');
    const grant = await world.grantCategories(wallet, VALLEY, 'laboratory');
    const desk = await world.desk();
    const registrar = await world.ehr(CITY, 'registrar');
    let hasWithdrawn = false;
    const ehr: typeof desk.ehr = {
      ...desk.ehr,
      registerRecords: async (anchors, options) => {
        if (!hasWithdrawn) {
          hasWithdrawn = true;
          const nextKeys = [await wallet.nextKey('laboratory')];
          const body = { grant: grant.jti, nextKeys };
          await registrar.withdrawConsent(
            (await wallet.statement('ConsentWithdrawal.v1', body)).jws,
          );
        }
        return desk.ehr.registerRecords(anchors, options);
      },
    };
    await registerRecords([observation('r1')], wallet.known, { ...desk, ehr });
    const at = { pseudonym: wallet.pseudonym, recordId: 'r1' };
    expect(await registrar.getRecord(at)).toMatchObject({ categoryEpoch: 2 });
    const { keys } = await registrar.readDetails(at);
    expect(keys.sealedKeys.find(({ kind }) => kind === 'category')).toMatchObject({ epoch: 2 });
  });

  it("opens a narrower grant by the custodian's key service alone", async () => {
    const wallet = await world.patient('laboratory');
    await registerRecords([observation('r1')], wallet.known, await world.desk());
    const grant = await wallet.grant({
      grantee: { mspId: VALLEY, role: 'physician' },
      scope: { records: ['r1'] },
      purposes: ['TREAT'],
      obligations: ['NORDSCLCD'],
    });
    await (await world.ehr(CITY, 'registrar')).grantAccess(grant.jws);
    await world.shareDetails(wallet.pseudonym);
    const alone = await world.reader(VALLEY, { keys: [VALLEY] });
    const asked = wish(wallet.pseudonym, 'r1');
    await expect(readRecord(alone, asked)).rejects.toThrow(coded('ERR_NOT_FOUND'));
    const read = await readRecord(await world.reader(VALLEY), asked);
    expect(read.content.toString()).toBe(TEXT);
    expect(read.decision.obligations).toEqual(['NORDSCLCD']);
  });

  it('opens a granted category for an organisation that sees no private details', async () => {
    const wallet = await world.patient('laboratory');
    await world.grantCategories(wallet, INSURER, 'laboratory');
    await registerRecords([observation('r1')], wallet.known, await world.desk());
    const insurer = await world.reader(INSURER, { role: 'adjuster' });
    const read = await readRecord(insurer, wish(wallet.pseudonym, 'r1'));
    expect(read.content.toString()).toBe(TEXT);
  });

  it('serves nothing on a decision that a deny came after', async () => {
    const wallet = await world.patient('laboratory');
    await world.grantCategories(wallet, VALLEY, 'laboratory');
    await registerRecords([observation('r1')], wallet.known, await world.desk());
    const valley = await world.reader(VALLEY);
    const deny = await wallet.grant({ decision: 'deny', grantee: {}, scope: {} });
    const [first] = valley.keyServices;
    const racing = {
      ...valley,
      keyServices: [
        {
          rewrap: async (ref: Parameters<NonNullable<typeof first>['rewrap']>[0]) => {
            await (await world.ehr(CITY, 'registrar')).grantAccess(deny.jws);
            if (!first) throw new Error('no key service');
            return first.rewrap(ref);
          },
        },
      ],
    };
    const reading = readRecord(racing, wish(wallet.pseudonym, 'r1'));
    await expect(reading).rejects.toThrow(coded('ERR_CONSENT_UNPROVEN'));
  });

  it('keeps every version of a record, and lets the next one follow the last only', async () => {
    const wallet = await world.patient('laboratory');
    const desk = await world.desk();
    await registerRecords([observation('v1')], wallet.known, desk);
    const amends = { recordId: 'v1', version: 1 };
    await registerRecords([observation('v2', { amends })], wallet.known, desk);
    const fork = registerRecords([observation('fork', { amends })], wallet.known, desk);
    await expect(fork).rejects.toThrow(coded('ERR_CONFLICT'));
    const { pseudonym } = wallet;
    const registrar = await world.ehr(CITY, 'registrar');
    const first = await registrar.getRecord({ pseudonym, recordId: 'v1' });
    expect(first).toMatchObject({ version: 1, amendedBy: 'v2' });
    const own = await world.reader(CITY, { keys: [CITY] });
    const { content, decision } = await readRecord(own, wish(pseudonym, 'v1'));
    expect([content.toString(), decision.reason]).toEqual([TEXT, 'CUSTODIAN']);
  });

  it('registers a binary of any size in pieces', async () => {
    const wallet = await world.patient();
    const piece = Buffer.alloc(256 * 1024, 9);
    const content = async function* () {
      for (let count = 0; count < 12; count += 1) yield await Promise.resolve(piece);
    };
    const image = observation('image', {
      category: 'imaging',
      contentType: 'application/dicom',
      content,
    });
    await registerRecords([image], wallet.known, await world.desk());
    const own = await world.reader(CITY, { keys: [CITY] });
    const read = await readRecord(own, wish(wallet.pseudonym, 'image'));
    expect(read.content.equals(Buffer.concat(Array<Buffer>(12).fill(piece)))).toBe(true);
    expect(read.details.contentType).toBe('application/dicom');
  });
});

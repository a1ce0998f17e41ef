import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { EhrClient } from '@salus/client/ehr';
import { type NewRecord, registerRecords } from '@salus/client/records';
import { SalusError } from '@salus/protocol';
import { coded } from '@salus/testing/coded';
import { keepAs010 } from '@salus/testing/details-of-010';
import { CITY, INSURER, PHARMA, RecordWorld, VALLEY } from '@salus/testing/record-world';
import type { TestWallet } from '@salus/testing/test-wallet';
import { DetailsSharer } from './details-sharer.js';

function observation(recordId: string): NewRecord {
  return {
    ...{ recordId, category: 'laboratory', labels: [], name: recordId, links: [] },
    contentType: 'application/fhir+json',
    content: Buffer.from('{}'),
  };
}

describe('copies of what describes records', () => {
  let world: RecordWorld;
  let folder: string;
  let lines: object[];
  let custodian: EhrClient;

  beforeAll(async () => {
    world = await RecordWorld.open();
    custodian = await world.ehr(CITY, 'keyservice');
  });

  afterAll(() => world.close());

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'salus-sharing-'));
    lines = [];
  });

  afterEach(() => rm(folder, { recursive: true }));

  const open = (ledger: Partial<EhrClient> = {}) =>
    DetailsSharer.open({
      ...{ mspId: CITY, home: folder, ledger: { ...custodian, ...ledger } },
      log: (line) => void lines.push(line),
    });
  const share = async ({ pseudonym }: TestWallet, ledger?: Partial<EhrClient>) => {
    const sharer = await open(ledger);
    await sharer.notice(pseudonym);
    return sharer.workOff();
  };
  const read = async (mspId: string, { pseudonym }: TestWallet, recordId = 'r1') =>
    (await world.ehr(mspId, 'physician')).readDetails({ pseudonym, recordId });
  const patientWithRecord = async () => {
    const wallet = await world.patient('laboratory');
    await registerRecords([observation('r1')], wallet.known, await world.desk());
    return wallet;
  };
  const registrar = () => world.ehr(CITY, 'registrar');

  it('stay with the custodian while no permit names another organisation', async () => {
    const wallet = await patientWithRecord();
    expect(await share(wallet)).toBe(true);
    expect((await read(CITY, wallet)).details.category).toBe('laboratory');
    for (const mspId of [VALLEY, INSURER, PHARMA]) {
      await expect(read(mspId, wallet)).rejects.toThrow(coded('ERR_FORBIDDEN'));
    }
    expect(lines).toEqual([]);
  });

  it('go to the organisation that a permit names, and to no other', async () => {
    const wallet = await patientWithRecord();
    await world.grantCategories(wallet, VALLEY, 'laboratory');
    await expect(read(VALLEY, wallet)).rejects.toThrow(coded('ERR_DETAILS_MISSING'));
    expect(await share(wallet)).toBe(true);
    expect(await read(VALLEY, wallet)).toEqual(await read(CITY, wallet));
    await expect(read(INSURER, wallet)).rejects.toThrow(coded('ERR_FORBIDDEN'));
    expect(lines).toEqual([{ shared: 1, purged: 0, faults: [] }]);
    // What is in order is left alone.
    const before = world.ledger.height;
    expect(await share(wallet)).toBe(true);
    expect(world.ledger.height).toBe(before);
  });

  it('are taken back when the patient withdraws, and are not answered before', async () => {
    const wallet = await patientWithRecord();
    const grant = await world.grantCategories(wallet, VALLEY, 'laboratory');
    await share(wallet);
    const nextKeys = [await wallet.nextKey('laboratory')];
    const body = { grant: grant.jti, nextKeys };
    const { jws } = await wallet.statement('ConsentWithdrawal.v1', body);
    await (await registrar()).withdrawConsent(jws);
    await expect(read(VALLEY, wallet)).rejects.toThrow(coded('ERR_FORBIDDEN'));
    expect(await share(wallet)).toBe(true);
    expect(lines.at(-1)).toEqual({ shared: 0, purged: 1, faults: [] });
    const { pseudonym } = wallet;
    const { records } = await custodian.listCopies({ pseudonym, records: ['r1'] });
    expect(records).toEqual([{ recordId: 'r1', deposited: true, due: [], over: [] }]);
  });

  it('go to the others while the peers of one organisation are away, and to it when they are back', async () => {
    const wallet = await patientWithRecord();
    await world.grantCategories(wallet, VALLEY, 'laboratory');
    await world.grantCategories(wallet, INSURER, 'laboratory');
    const away: EhrClient['shareDetails'] = (holder, ...more) =>
      holder === INSURER
        ? Promise.reject(new SalusError('ERR_PEER_UNREACHABLE', 'No peer of it answers'))
        : custodian.shareDetails(holder, ...more);
    expect(await share(wallet, { shareDetails: away })).toBe(false);
    expect(lines).toEqual([{ shared: 1, purged: 0, faults: ['ERR_PEER_UNREACHABLE'] }]);
    expect((await read(VALLEY, wallet)).details.recordId).toBe('r1');
    // A service that is started again goes on by itself.
    expect(await (await open()).workOff()).toBe(true);
    expect((await read(INSURER, wallet)).details.recordId).toBe('r1');
    expect(await readFile(path.join(folder, 'sharing.json'), 'utf8')).toBe('[]');
  });

  it('reach the others where a permit names an organisation that is not on the channel', async () => {
    const wallet = await patientWithRecord();
    const relay = await registrar();
    const scope = { categoryTags: [wallet.tag('laboratory')] };
    const gone = await wallet.grant({ grantee: { mspId: 'GoneMSP' }, scope });
    await relay.grantAccess(gone.jws);
    await world.grantCategories(wallet, VALLEY, 'laboratory');
    expect(await share(wallet)).toBe(true);
    expect(lines).toEqual([{ shared: 1, purged: 0, faults: [] }]);
    const records = ['r1'];
    const { jws } = await wallet.statement('ErasureOrder.v1', { records });
    await relay.eraseRecords(jws);
    const { pseudonym } = wallet;
    expect(await custodian.listCopies({ pseudonym, records })).toMatchObject({
      records: [{ due: [], over: [VALLEY] }],
    });
  });

  it('are made of details that release 0.1.0 kept in a collection of all hospitals', async () => {
    const wallet = await patientWithRecord();
    await world.grantCategories(wallet, VALLEY, 'laboratory');
    const { pseudonym } = wallet;
    const deposit = await read(CITY, wallet);
    await keepAs010(world.ledger, [CITY, VALLEY], deposit);
    const records = ['r1'];
    const state = async () => (await custodian.listCopies({ pseudonym, records })).records;
    expect(await state()).toMatchObject([{ deposited: false }]);
    expect(await read(CITY, wallet)).toEqual(deposit);
    expect(await share(wallet)).toBe(true);
    expect(await state()).toEqual([{ recordId: 'r1', deposited: true, due: [], over: [] }]);
    expect(await read(VALLEY, wallet)).toEqual(deposit);
    const { jws } = await wallet.statement('ErasureOrder.v1', { records });
    await (await registrar()).eraseRecords(jws);
    await (await registrar()).purgeDetails({ pseudonym, records });
    await expect(read(CITY, wallet)).rejects.toThrow(coded('ERR_DETAILS_MISSING'));
  });

  it('tell no patient to the log', async () => {
    const wallet = await patientWithRecord();
    await world.grantCategories(wallet, VALLEY, 'laboratory');
    const broken = () => Promise.reject(new Error(wallet.pseudonym));
    expect(await share(wallet, { listCopies: broken })).toBe(false);
    await share(wallet);
    expect(lines).toHaveLength(2);
    expect(JSON.stringify(lines)).not.toContain(wallet.pseudonym);
  });
});

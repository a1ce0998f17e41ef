import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { EhrClient } from '@salus/client/ehr';
import { type NewRecord, registerRecords } from '@salus/client/records';
import { SalusError } from '@salus/protocol';
import { coded } from '@salus/testing/coded';
import { keepAs010 } from '@salus/testing/details-of-010';
import { chainOf } from '@salus/testing/chain-of';
import { eventually } from '@salus/testing/eventually';
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
  const kept = async () =>
    JSON.parse(await readFile(path.join(folder, 'sharing.json'), 'utf8')) as unknown;
  const running = async (
    sharer: DetailsSharer,
    client: ReturnType<typeof chainOf>,
    act: () => Promise<void>,
  ) => {
    const stopping = new AbortController();
    const working = sharer.run({ client, from: 'beginning' }, stopping.signal);
    try {
      await act();
    } finally {
      stopping.abort();
      await working;
    }
  };

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
    expect(await kept()).toEqual([
      { pseudonym: wallet.pseudonym, status: 'WAITING', dueAt: expect.any(String) as string },
    ]);
  });

  it('are taken back when a permit ends by itself, by a service that was started again meanwhile', async () => {
    const wallet = await patientWithRecord();
    const { pseudonym } = wallet;
    const ends = Date.now() + 4000;
    const notAfter = new Date(ends).toISOString();
    const scope = { categoryTags: [wallet.tag('laboratory')] };
    const { jws } = await wallet.grant({ grantee: { mspId: VALLEY }, scope, notAfter });
    await (await registrar()).grantAccess(jws);
    expect(await share(wallet)).toBe(true);
    expect((await read(VALLEY, wallet)).details.recordId).toBe('r1');
    expect(await kept()).toEqual([{ pseudonym, status: 'WAITING', dueAt: notAfter }]);
    const height = world.ledger.height;
    const sharer = await open();
    // Until then there is nothing to do.
    expect(await sharer.workOff()).toBe(true);
    expect(world.ledger.height).toBe(height);
    expect(Date.now()).toBeLessThan(ends);
    await running(sharer, chainOf(), async () => {
      await eventually(() => {
        expect(lines).toContainEqual({ shared: 0, purged: 1, faults: [] });
      });
    });
    expect(Date.now()).toBeGreaterThanOrEqual(ends);
    const { records } = await custodian.listCopies({ pseudonym, records: ['r1'] });
    expect(records).toEqual([{ recordId: 'r1', deposited: true, due: [], over: [] }]);
    expect(await kept()).toEqual([]);
  });

  it('are handed out when a permit begins by itself', async () => {
    const wallet = await patientWithRecord();
    const begins = Date.now() + 3000;
    const notBefore = new Date(begins).toISOString();
    const scope = { categoryTags: [wallet.tag('laboratory')] };
    const { jws } = await wallet.grant({ grantee: { mspId: VALLEY }, scope, notBefore });
    await (await registrar()).grantAccess(jws);
    const sharer = await open();
    await sharer.notice(wallet.pseudonym);
    await running(sharer, chainOf(), async () => {
      await eventually(() => {
        expect(lines).toEqual([{ shared: 1, purged: 0, faults: [] }]);
      });
    });
    expect(Date.now()).toBeGreaterThanOrEqual(begins);
    expect((await read(VALLEY, wallet)).details.recordId).toBe('r1');
  });

  it('go out whatever forged events come before, which leave nothing behind and are told without names', async () => {
    const wallet = await patientWithRecord();
    await world.grantCategories(wallet, VALLEY, 'laboratory');
    const { pseudonym } = wallet;
    const unknown = 'u'.repeat(43);
    const many = Array.from({ length: 501 }, () => ({ pseudonym: unknown }));
    const chain = chainOf(
      ['ConsentWithdrawn.v1', { pseudonym: 'Jane Doe' }],
      ['AccessGranted.v1', 'Jane Doe'],
      ['RecordsErased.v1', { pseudonym: [pseudonym] }],
      ['DetailsDeposited.v1', { custodian: CITY, records: many }],
      ['KeysReplaced.v1', { custodian: CITY, records: [{ pseudonym: 'Jane Doe' }] }],
      ['KeyEnded.v1', { pseudonym: unknown }],
      ['DetailsDeposited.v1', { custodian: CITY, records: [{ pseudonym: unknown }] }],
      ['AccessGranted.v1', { pseudonym }],
    );
    await running(await open(), chain, async () => {
      await eventually(() => {
        expect(lines).toContainEqual({ shared: 1, purged: 0, faults: [] });
      });
    });
    const forged = { sharing: 'an event', fault: 'ERR_INVALID_ARGUMENT', isPassedOver: true };
    expect(lines.slice(0, 5)).toEqual([forged, forged, forged, forged, forged]);
    expect(lines).toHaveLength(6);
    expect(await kept()).toMatchObject([{ pseudonym }]);
  });

  it('wait for nothing that an earlier release took from forged events into its file', async () => {
    const jobs = [{ pseudonym: 'Jane Doe', status: 'RUNNING' }];
    await writeFile(path.join(folder, 'sharing.json'), JSON.stringify(jobs));
    expect(await (await open()).workOff()).toBe(true);
    expect(await kept()).toEqual([]);
    expect(JSON.stringify(lines)).not.toContain('Jane');
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

  it("are purged everywhere once the patient had the record erased, the custodian's own too", async () => {
    const wallet = await patientWithRecord();
    await world.grantCategories(wallet, VALLEY, 'laboratory');
    await registerRecords([observation('r2')], wallet.known, await world.desk());
    await share(wallet);
    lines.length = 0;
    const { pseudonym } = wallet;
    const { jws } = await wallet.statement('ErasureOrder.v1', { records: ['r1'] });
    // Whoever relays the order: a portal, or another hospital.
    await (await world.ehr(VALLEY, 'registrar')).eraseRecords(jws);
    const away: EhrClient['purgeDetails'] = (request, ...more) =>
      request.holder === VALLEY
        ? Promise.reject(new SalusError('ERR_PEER_UNREACHABLE', 'No peer of it answers'))
        : custodian.purgeDetails(request, ...more);
    expect(await share(wallet, { purgeDetails: away })).toBe(false);
    expect(lines).toEqual([{ shared: 0, purged: 1, faults: ['ERR_PEER_UNREACHABLE'] }]);
    const holders = async (recordId: string) =>
      (await custodian.getErasure({ pseudonym, recordId })).holders;
    expect(await holders('r1')).toEqual([VALLEY]);
    expect(await share(wallet)).toBe(true);
    expect(await holders('r1')).toEqual([]);
    expect(await holders('r2')).toEqual([CITY, VALLEY]);
    // What is gone is left alone.
    const before = world.ledger.height;
    expect(await share(wallet)).toBe(true);
    expect(world.ledger.height).toBe(before);
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

import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect, type SalusClient } from '@salus/client';
import { openResult } from '@salus/client/computation';
import { resolveIdentity } from '@salus/client/identity';
import { StoreClient, StoreGroup } from '@salus/client/stores';
import { currentMembers } from '@salus/client/trust';
import { createEngine, type Engine } from '@salus/compute';
import { sha256Hex } from '@salus/protocol';
import { coded } from '@salus/testing/coded';
import { eventually } from '@salus/testing/eventually';
import { connectAs } from '@salus/testing/running-network';
import {
  beginMember,
  furnish,
  reportsOf,
  salus,
  serve,
  type Served,
} from '@salus/testing/salus-process';

const MEMBERS = ['CityHospital', 'ValleyHospital', 'Insurer', 'Pharma', 'Regulator'] as const;
/** Valley Hospital leaves: of four members two open. */
const NEXT = ['CityHospital', 'Insurer', 'Pharma', 'Regulator'] as const;
const msp = (name: string) => `${name}MSP`;

/** A client with what it needs of stores. */
interface Desk {
  readonly client: SalusClient;
  readonly store: StoreGroup;
}

describe('salus committee, a process for each member', () => {
  const run = randomUUID().slice(0, 8);
  const keyId = `key-${run}`;
  const services = new Map<string, Served>();
  let home: string;
  let engine: Engine;
  let stores: string[];
  let [billing, adjuster, auditor]: Desk[] = [];

  const homeOf = (name: string) => path.join(home, `committee-${name}`);

  /** Files with shares of the key: a member may hold shares of keys of others who use the network too. */
  async function sharesAt(name: string): Promise<string[]> {
    const folder = path.join('keys', sha256Hex(Buffer.from(keyId)).slice(0, 32));
    const files = await readdir(homeOf(name), { recursive: true });
    return files.filter((file) => file.includes(folder) && file.endsWith('.key'));
  }

  async function start(name: string): Promise<void> {
    const isNew = !existsSync(homeOf(name));
    const member = furnish(homeOf(name), name, 'committee');
    if (isNew) await beginMember(member, 'claims');
    services.set(name, await serve(member, 'committee', 'serve', '--store', ...stores));
  }

  /** Runs a member until it reports that it refuses an opening. */
  async function refusalOf(name: string): Promise<unknown> {
    const member = furnish(homeOf(name), name, 'committee');
    for await (const line of reportsOf(member, 'committee', 'serve', '--store', ...stores)) {
      if ((line as { code?: string }).code?.startsWith('ERR_MEMORY') === true) return line;
    }
    throw new Error(`${name} ended before it refused`);
  }

  async function stop(name: string): Promise<void> {
    await services.get(name)?.stop();
    services.delete(name);
  }

  async function desk(organisation: string, user: string): Promise<Desk> {
    const options = connectAs(organisation, user);
    const client = await connect(options);
    const identity = await resolveIdentity(options.identity, client.mspId);
    const all = stores.map((url) => new StoreClient(url, identity, client.tlsRoots));
    return { client, store: new StoreGroup(all) };
  }

  /** Runs a command as an officer of an organisation, and reads what it prints. */
  async function officerOf<T>(name: string, ...args: string[]): Promise<T> {
    const office = furnish(path.join(home, `office-${name}`), name, 'committee');
    const { exitCode, stdout, stderr } = await salus(office, 'committee', ...args);
    expect([exitCode, stderr]).toEqual([0, '']);
    return JSON.parse(stdout) as T;
  }
  const officer = <T>(...args: string[]) => officerOf<T>('Regulator', ...args);

  beforeAll(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'salus-committee-'));
    engine = createEngine();
    stores = [];
    for (const name of ['ValleyHospital', 'Insurer']) {
      const store = await serve(
        furnish(path.join(home, `store-${name}`), name, 'store'),
        ...['store', 'serve'],
      );
      services.set(`store of ${name}`, store);
      stores.push(store.url);
    }
    for (const name of MEMBERS) await start(name);
    billing = await desk('CityHospital', 'billing');
    adjuster = await desk('Insurer', 'adjuster');
    auditor = await desk('Regulator', 'auditor');
    await adjuster.client.claims.createPolicy({
      policyId: `policy-${run}`,
      holder: randomBytes(24).toString('base64url'),
      auditor: 'RegulatorMSP',
      currency: 'EUR',
      validFrom: '2026-01-01',
      validTo: '2026-12-31',
      categorySystem: 'http://terminology.hl7.org/CodeSystem/ex-benefitcategory',
      benefits: [
        {
          category: 'medical',
          slot: 0,
          deductibleMinor: 0,
          coinsuranceBasisPoints: 0,
          capMinor: 1_000_000,
        },
      ],
    });
  });

  afterAll(async () => {
    for (const { client } of [billing, adjuster, auditor].filter((one) => !!one)) client.close();
    for (const service of services.values()) await service.stop();
    await engine.close();
    await rm(home, { recursive: true });
  });

  /** A claim of two lines, summed. */
  async function claimed(claimId: string): Promise<void> {
    if (!billing) throw new Error('not set up');
    const claims = billing.client.claims.using({
      stores: Object.fromEntries(stores.map((url, index) => [`store${index}`, url])),
    });
    await claims.submit({
      claimId,
      policyId: `policy-${run}`,
      keyId,
      serviceDate: '2026-03-14',
      lines: [100, 250].map((amount) => ({ slot: 0, amount, evidence: randomBytes(32) })),
    });
  }

  async function open(who: Desk | undefined, openingId: string, timeoutMs?: number) {
    if (!who) throw new Error('not set up');
    const { client, store } = who;
    const { mspId } = client;
    const members = currentMembers(client);
    const computation = client.computation('claims');
    return openResult(openingId, {
      computation,
      engine,
      store,
      members,
      channel: client.channel,
      chaincode: 'claims',
      mspId,
      ...(timeoutMs !== undefined && { timeoutMs }),
    });
  }

  /** Asks for the opening of a claim, which is permitted. */
  async function permitted(claimId: string): Promise<string> {
    if (!adjuster) throw new Error('not set up');
    const recipients = ['InsurerMSP', 'RegulatorMSP'];
    const { value } = await adjuster.client.claims.requestOpening({ claimId, recipients });
    expect(value.reason).toBe('ENTITLED');
    return value.openingId;
  }

  /** Asks, opens as both recipients, adjudicates. */
  async function adjudicated(claimId: string) {
    if (!adjuster) throw new Error('not set up');
    const { client } = adjuster;
    const openingId = await permitted(claimId);
    const [opened, audited] = await Promise.all([
      open(adjuster, openingId),
      open(auditor, openingId),
    ]);
    expect(audited.slots).toEqual(opened.slots);
    const salt = randomBytes(32).toString('hex');
    await client.claims.adjudicate({ claimId, openingId }, { ...opened, sum: opened.result, salt });
    const { posted } = await client.computation('claims').getOpening(openingId);
    const { claimedMinor } = await client.claims.getAdjudication(claimId);
    const proven = opened.proofs.map(({ mspId }) => mspId);
    return { claimedMinor, openingId, members: posted.map(({ mspId }) => mspId), proven };
  }

  it('refuses a committee of which too many would have to open, before it connects', async () => {
    const office = furnish(path.join(home, 'office-Regulator'), 'Regulator', 'committee');
    const four = ['--threshold', '3', '--members', ...NEXT.map(msp)];
    const { exitCode, stderr } = await salus(office, 'committee', 'ceremony', keyId, ...four);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('ERR_COMMITTEE_INVALID')]);
    expect(stderr).toContain('needs 5 members or more, not 4');
  });

  it('makes a key of three of five, as a command', async () => {
    const made = await officer<{ status: string; ceremony: { phase: string } }>(
      ...['ceremony', keyId, '--threshold', '3', '--members', ...MEMBERS.map(msp)],
    );
    expect(made).toMatchObject({ status: 'ACTIVE', epoch: 0, ceremony: { phase: 'DONE' } });
    const key = await billing?.client.computation('claims').getKey(keyId);
    const days = (Date.parse(key?.validTo ?? '') - Date.parse(key?.validFrom ?? '')) / 86_400_000;
    expect(days).toBe(30);
    expect(key).toMatchObject({ committee: { members: MEMBERS.map(msp), threshold: 3 } });
    expect(key?.publicKeyHash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('opens a claim while all members serve', async () => {
    await claimed(`claim-a-${run}`);
    expect((await adjudicated(`claim-a-${run}`)).claimedMinor).toBe(350);
  });

  it('opens a claim while any three of five serve, who prove their answers', async () => {
    await stop('ValleyHospital');
    await stop('Pharma');
    const claimId = `claim-b-${run}`;
    await claimed(claimId);
    const { claimedMinor, members, proven } = await adjudicated(claimId);
    expect(claimedMinor).toBe(350);
    const serving = ['CityHospital', 'Insurer', 'Regulator'].map(msp);
    expect([members, proven]).toEqual([serving, serving]);
    await start('ValleyHospital');
    await start('Pharma');
  });

  it('gives no clerk of a recipient the letters of its adjuster', async () => {
    const claimId = `claim-b-${run}`;
    const { openingId = '' } = (await adjuster?.client.claims.getClaim(claimId)) ?? {};
    const clerk = await desk('Insurer', 'store');
    try {
      await expect(open(clerk, openingId, 1000)).rejects.toThrow(coded('ERR_NO_DECISION'));
      const result = { chaincode: 'claims', opening: openingId };
      const { resultHash = '' } = await clerk.client.claims.getClaim(claimId);
      await expect(clerk.store.get(resultHash, result)).rejects.toThrow(coded('ERR_NO_DECISION'));
    } finally {
      clerk.client.close();
    }
  });

  it('answers nothing from an old home until its operator recovers it', async () => {
    if (!adjuster) throw new Error('not set up');
    const { client } = adjuster;
    const home = homeOf('ValleyHospital');
    const valley = msp('ValleyHospital');
    await stop('ValleyHospital');
    await cp(home, `${home}-old`, { recursive: true });
    await start('ValleyHospital');
    await claimed(`claim-d-${run}`);
    expect((await adjudicated(`claim-d-${run}`)).claimedMinor).toBe(350);
    const postedOn = async (openingId: string) => {
      const { posted } = await client.computation('claims').getOpening(openingId);
      return posted.map(({ mspId }) => mspId).sort();
    };
    await stop('ValleyHospital');
    await rm(home, { recursive: true });
    await cp(`${home}-old`, home, { recursive: true });
    await claimed(`claim-e-${run}`);
    const openingId = await permitted(`claim-e-${run}`);
    const refusing = await refusalOf('ValleyHospital');
    expect(refusing).toMatchObject({ openingId, code: 'ERR_MEMORY_OUTDATED' });
    expect(await postedOn(openingId)).not.toContain(valley);
    const recovering = ['committee', 'recover', '--believe-ledger'];
    const { exitCode, stdout } = await salus(home, ...recovering);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ keys: [{ keyId }] });
    await start('ValleyHospital');
    await eventually(async () => {
      expect(await postedOn(openingId)).toContain(valley);
    });
  });

  it('passes the key to another committee, as three members ask and those that stay approve', async () => {
    const terms = ['--members', ...NEXT.map(msp), '--threshold', '2', '--wait', '0'];
    for (const [name, epoch, phase] of [
      ['Regulator', 0, 'DONE'],
      ['Insurer', 0, 'DONE'],
      ['Pharma', 1, 'DEALING'],
    ] as const) {
      const asked = await officerOf<{ wishes?: object[] }>(name, 'reshare', keyId, ...terms);
      expect(asked).toMatchObject({ ceremony: { epoch, phase } });
    }
    // Valley Hospital leaves, and does nothing for it.
    for (const name of NEXT) {
      const { exitCode } = await salus(homeOf(name), 'committee', 'approve', keyId, '1');
      expect(exitCode).toBe(0);
    }
    await eventually(async () => {
      expect(await officer('status', keyId)).toMatchObject({
        ...{ status: 'ACTIVE', epoch: 1 },
        committee: { members: NEXT.map(msp), threshold: 2 },
      });
    });
  });

  it('opens with two of the new committee and their proofs, and leaves no share with the member that left', async () => {
    for (const away of ['Regulator', 'Pharma']) await stop(away);
    await claimed(`claim-c-${run}`);
    const { claimedMinor, members, proven } = await adjudicated(`claim-c-${run}`);
    expect(claimedMinor).toBe(350);
    expect(members.sort()).toEqual(['CityHospitalMSP', 'InsurerMSP']);
    expect(proven).toEqual(members);
    for (const back of ['Regulator', 'Pharma']) await start(back);
    expect(await sharesAt('Insurer')).not.toEqual([]);
    expect(await sharesAt('ValleyHospital')).toEqual([]);
  });

  it('replaces a key by another one on the same terms, and retires it as two members ask', async () => {
    const next = `next-${run}`;
    const made = await officer<{ status: string }>('replace', keyId, next);
    expect(made).toMatchObject({
      ...{ keyId: next, status: 'ACTIVE' },
      committee: { members: NEXT.map(msp), threshold: 2 },
    });
    const retire = ['retire', keyId, '--successor', next];
    const first = await officerOf('Regulator', ...retire);
    expect(first).toEqual({
      ...{ keyId, status: 'ACTIVE', successor: next, asked: ['RegulatorMSP'], needed: 2 },
    });
    const second = await officerOf('Insurer', ...retire);
    expect(second).toMatchObject({ status: 'RETIRED', successor: next });
  });

  it('tells what an opening waits for', async () => {
    const claim = await adjuster?.client.claims.getClaim(`claim-c-${run}`);
    const opening = await officer<{ status: string }>(
      ...['status', '--opening', claim?.openingId ?? ''],
    );
    expect(opening.status).toBe('RECORDED');
  });
});

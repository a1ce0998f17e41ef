import { randomBytes, randomUUID } from 'node:crypto';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect, type SalusClient } from '@salus/client';
import { openResult } from '@salus/client/computation';
import { resolveIdentity } from '@salus/client/identity';
import { StoreClient, StoreGroup } from '@salus/client/stores';
import { currentMembers } from '@salus/client/trust';
import { createEngine, type Engine } from '@salus/compute';
import { hashOf, sha256Hex } from '@salus/protocol';
import { eventually } from '@salus/testing/eventually';
import { connectAs } from '@salus/testing/running-network';
import { furnish, reportsOf, salus, serve, type Served } from '@salus/testing/salus-process';

const MEMBERS = ['ValleyHospital', 'Insurer', 'Regulator'] as const;
const NEXT = ['CityHospital', 'Insurer', 'Regulator'] as const;
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
    const member = furnish(homeOf(name), name, 'committee');
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

  /** Runs a command as an officer of the Regulator, and reads what it prints. */
  async function officer<T>(...args: string[]): Promise<T> {
    const office = furnish(path.join(home, 'office'), 'Regulator', 'committee');
    const { exitCode, stdout, stderr } = await salus(office, 'committee', ...args);
    expect([exitCode, stderr]).toEqual([0, '']);
    return JSON.parse(stdout) as T;
  }

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
    const { client, store } = billing;
    const { publicKeyHash = '' } = await client.computation('claims').getKey(keyId);
    const publicKey = await store.get(publicKeyHash, { chaincode: 'claims', key: keyId });
    const made = await Promise.all(
      [[100], [250]].map((values) => engine.encrypt({ publicKey, values })),
    );
    const ciphertexts = made.map(({ bytes }) => bytes);
    for (const bytes of ciphertexts) await store.put(bytes);
    const service = { serviceDate: '2026-03-14', salt: randomBytes(32).toString('hex') };
    const lines = made.map(({ hash }) => ({
      ciphertextHash: hash,
      evidenceHash: sha256Hex(randomBytes(32)),
    }));
    const claim = {
      claimId,
      policyId: `policy-${run}`,
      keyId,
      serviceHash: hashOf(service),
      lines,
    };
    await client.claims.submitClaim(claim, { ciphertexts, service });
    const { sum } = await client.claims.sumClaim(claimId, ciphertexts, engine);
    await store.put(sum);
  }

  async function open(who: Desk | undefined, openingId: string) {
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
      chaincode: 'claims',
      mspId,
    });
  }

  /** Asks, opens as both recipients, adjudicates. */
  async function adjudicated(claimId: string) {
    if (!adjuster) throw new Error('not set up');
    const { client } = adjuster;
    const openingId = `opening-${claimId}`;
    const recipients = ['InsurerMSP', 'RegulatorMSP'];
    const { value } = await client.claims.requestOpening({ claimId, openingId, recipients });
    expect(value.reason).toBe('ENTITLED');
    const [opened, audited] = await Promise.all([
      open(adjuster, openingId),
      open(auditor, openingId),
    ]);
    expect(audited.slots).toEqual(opened.slots);
    const salt = randomBytes(32).toString('hex');
    const { result: sum, partials } = opened;
    await client.claims.adjudicate({ claimId, openingId }, { sum, partials, salt });
    const { posted } = await client.computation('claims').getOpening(openingId);
    const { claimedMinor } = await client.claims.getAdjudication(claimId);
    return { claimedMinor, members: posted.map(({ mspId }) => mspId) };
  }

  it('makes a key of two of three, as a command', async () => {
    const made = await officer<{ status: string; ceremony: { phase: string } }>(
      ...['ceremony', keyId, '--threshold', '2', '--members', ...MEMBERS.map(msp)],
    );
    expect(made).toMatchObject({ status: 'ACTIVE', epoch: 0, ceremony: { phase: 'DONE' } });
  });

  it('opens a claim while all members serve', async () => {
    await claimed(`claim-a-${run}`);
    expect((await adjudicated(`claim-a-${run}`)).claimedMinor).toBe(350);
  });

  it('opens a claim while one member does not serve, and with it again later', async () => {
    await stop('ValleyHospital');
    await claimed(`claim-b-${run}`);
    const { claimedMinor, members } = await adjudicated(`claim-b-${run}`);
    expect(claimedMinor).toBe(350);
    expect(members.sort()).toEqual(['InsurerMSP', 'RegulatorMSP']);
    await start('ValleyHospital');
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
    const openingId = `opening-claim-e-${run}`;
    const recipients = ['InsurerMSP', 'RegulatorMSP'];
    const request = { claimId: `claim-e-${run}`, openingId, recipients };
    await client.claims.requestOpening(request);
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

  it('passes the key to another committee once its members have approved', async () => {
    await start('CityHospital');
    const proposed = await officer<{ ceremony: { phase: string } }>(
      ...['reshare', keyId, '--members', ...NEXT.map(msp), '--wait', '0'],
    );
    expect(proposed.ceremony.phase).toBe('DEALING');
    for (const name of MEMBERS) {
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

  it('opens with the new committee, and leaves no share with the member that left', async () => {
    await stop('Regulator');
    await claimed(`claim-c-${run}`);
    const { claimedMinor, members } = await adjudicated(`claim-c-${run}`);
    expect(claimedMinor).toBe(350);
    expect(members.sort()).toEqual(['CityHospitalMSP', 'InsurerMSP']);
    expect(await sharesAt('Insurer')).not.toEqual([]);
    expect(await sharesAt('ValleyHospital')).toEqual([]);
  });

  it('tells what an opening waits for', async () => {
    const opening = await officer<{ status: string }>(
      ...['status', '--opening', `opening-claim-c-${run}`],
    );
    expect(opening.status).toBe('RECORDED');
  });
});

import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hashOf } from '@salus/chaincode-common';
import type { SealedCategoryKey } from '@salus/ehr-contract';
import { connect } from '../connection/connect.js';
import { generateHpkeKeyPair, sealTo } from '../crypto/hpke.js';
import { categoryKeyContext } from '../crypto/seal-contexts.js';
import { refOf } from '../ehr/index.js';
import { resolveIdentity, type Identity } from '../identity/identity.js';
import { registerRecords, type NewRecord, type RecordDesk } from '../import/index.js';
import { KeyRing } from '../key-service/key-ring.js';
import { KeyServiceClient } from '../key-service/key-service-client.js';
import { keyServiceLedger, startKeyService } from '../key-service/key-service.js';
import { readRecord, type RecordSources } from '../key-service/read-record.js';
import { keepRegistered } from '../key-service/registered-keys.js';
import { Rewrapper } from '../key-service/rewrapper.js';
import type { SalusClient } from '../salus-client.js';
import { HttpPartStore } from '../store/http-part-store.js';
import { ledgerView } from '../store/ledger-view.js';
import { startStore } from '../store/store-service.js';
import { coded } from '../test-support/coded.js';
import { CHANNEL } from '../test-support/consent-world.js';
import { TestWallet } from '../test-support/test-wallet.js';
import { connectAs } from '../test-support/running-network.js';
import type { RunningService } from './http-server.js';
import { currentMembers } from './members.js';

jest.setTimeout(120_000);

const TEXT = JSON.stringify({ resourceType: 'Observation', status: 'final' });

/** What is taken down in the end, last first. */
const opened: (() => Promise<void> | void)[] = [];
const rings = new Map<string, KeyRing>();
let folder: string;
let registrar: SalusClient;
let custodian: SalusClient;
let desk: RecordDesk;
/** Valley's physician, with Valley's own key service and City's. */
let valley: RecordSources & { readonly client: SalusClient };

async function connected(organisation: string, user: string): Promise<SalusClient> {
  const client = await connect(connectAs(organisation, user));
  opened.push(() => client.close());
  return client;
}

const identityOf = (
  { mspId }: SalusClient,
  organisation: string,
  user: string,
): Promise<Identity> => resolveIdentity(connectAs(organisation, user).identity, mspId);

function running(service: RunningService): string {
  opened.push(() => service.close());
  return service.url;
}

async function store(organisation: string): Promise<string> {
  const client = await connected(organisation, 'store');
  const identity = await identityOf(client, organisation, 'store');
  const home = path.join(folder, `${organisation}-store`);
  const members = currentMembers(client);
  const ledger = ledgerView(client);
  return running(await startStore({ home, channel: CHANNEL, identity, members, ledger }));
}

async function keyService(organisation: string, client: SalusClient): Promise<string> {
  const { mspId, ehr } = client;
  const identity = await identityOf(client, organisation, 'keyservice');
  const home = path.join(folder, `${organisation}-keys`);
  const keys = await KeyRing.open(home, 'passphrase of a test');
  rings.set(mspId, keys);
  // Of a run before there may be another one.
  await keys.rotate();
  await keepRegistered(keys, { ehr, identity, days: 1, now: Date.now() });
  const [members, ledger] = [currentMembers(client), keyServiceLedger(client)];
  const options = { home, mspId, channel: CHANNEL, keys, members, ledger };
  return running(await startKeyService(options));
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'salus-consent-'));
  opened.push(() => rm(folder, { recursive: true }));
  registrar = await connected('CityHospital', 'registrar');
  custodian = await connected('CityHospital', 'keyservice');
  const physician = await connected('ValleyHospital', 'physician');
  const valleyKeys = await connected('ValleyHospital', 'keyservice');
  const urls = new Map([
    [registrar.mspId, await store('CityHospital')],
    [physician.mspId, await store('ValleyHospital')],
    ['InsurerMSP', await store('Insurer')],
  ]);
  const citys = await keyService('CityHospital', custodian);
  const own = await keyService('ValleyHospital', valleyKeys);
  const reader = await identityOf(physician, 'ValleyHospital', 'physician');
  const clerk = await identityOf(registrar, 'CityHospital', 'registrar');
  valley = {
    client: physician,
    stores: new Map([...urls].map(([mspId, url]) => [mspId, new HttpPartStore(url, reader)])),
    keyServices: [new KeyServiceClient(own, reader), new KeyServiceClient(citys, reader)],
  };
  desk = {
    mspId: registrar.mspId,
    ehr: registrar.ehr,
    stores: [...urls].map(([mspId, url]) => ({ mspId, store: new HttpPartStore(url, clerk) })),
    custodianKey: rings.get(registrar.mspId)?.current.publicKey ?? '',
    idSecret: randomBytes(32),
    journal: {
      alone: (run) => run(),
      load: () => Promise.resolve([]),
      save: () => Promise.resolve(),
      clear: () => Promise.resolve(),
    },
  };
});

afterAll(async () => {
  for (const close of opened.reverse()) await close();
});

function observation(): NewRecord {
  const recordId = `r-${randomUUID()}`;
  return {
    ...{ recordId, category: 'laboratory', labels: [], name: 'Glucose', links: [] },
    contentType: 'application/fhir+json',
    content: Buffer.from(TEXT),
  };
}

async function register(wallet: TestWallet): Promise<string> {
  const [record] = await registerRecords([observation()], wallet.known, desk);
  // Valley's peer has it a moment after City's.
  const height = await registrar.height();
  while ((await valley.client.height()) < height) await new Promise((done) => setTimeout(done, 20));
  return record?.recordId ?? '';
}

async function patient(): Promise<TestWallet> {
  const wallet = new TestWallet();
  const { categoryTag, publicKey } = await wallet.nextKey('laboratory');
  const { publicKey: hpkePublicKey } = await generateHpkeKeyPair();
  const categoryKeys = [{ categoryTag, publicKey }];
  const body = { jwk: wallet.jwk, hpkePublicKey, categoryKeys };
  await registrar.ehr.registerPatient((await wallet.statement('PatientRegistration.v1', body)).jws);
  return wallet;
}

/** The whole category to Valley Hospital, with its key. */
async function grantCategory(wallet: TestWallet): Promise<string> {
  const { mspId } = valley.client;
  const { pseudonym } = wallet;
  const categoryTag = wallet.tag('laboratory');
  const grant = await wallet.grant({ grantee: { mspId }, scope: { categoryTags: [categoryTag] } });
  await registrar.ehr.grantAccess(grant.jws);
  const pairs = wallet.categories.get('laboratory') ?? [];
  const at = { pseudonym, categoryTag, epoch: pairs.length };
  const half = Buffer.from(pairs.at(-1)?.privateKey ?? '', 'base64url');
  const context = categoryKeyContext({ ...at, mspId });
  const box = await sealTo(rings.get(mspId)?.current.publicKey ?? '', half, context);
  const keys: SealedCategoryKey[] = [{ ...at, grantId: grant.jti, ...box }];
  const vouched = { grantee: mspId, keysHash: hashOf(keys) };
  const { jws } = await wallet.statement('CategoryKeyDeposit.v1', vouched);
  await registrar.ehr.depositCategoryKeys(jws, mspId, keys);
  return grant.jti;
}

const wish = ({ pseudonym }: TestWallet, recordId: string) =>
  ({ pseudonym, recordId, purpose: 'TREAT' }) as const;

it('opens a later record of a granted category without patient or custodian', async () => {
  const wallet = await patient();
  await grantCategory(wallet);
  const recordId = await register(wallet);
  const [own] = valley.keyServices;
  if (!own) throw new Error('no key service');
  const read = await readRecord({ ...valley, keyServices: [own] }, wish(wallet, recordId));
  expect(read.content.toString('utf8')).toBe(TEXT);
});

it('serves nothing any more once the patient withdraws, even on a decision made before', async () => {
  const wallet = await patient();
  const recordId = await register(wallet);
  const grant = await wallet.grant({
    grantee: { mspId: valley.client.mspId, role: 'physician' },
    scope: { records: [recordId] },
    purposes: ['TREAT'],
  });
  await registrar.ehr.grantAccess(grant.jws);
  const { publicKey: hpkePublicKey } = await generateHpkeKeyPair();
  const { value } = await valley.client.ehr.requestAccess({
    ...wish(wallet, recordId),
    hpkePublicKey,
  });
  expect(value).toMatchObject({ permitted: true, reason: 'GRANT', grantId: grant.jti });
  const [, citys] = valley.keyServices;
  await citys?.rewrap(refOf(value));

  const { jws } = await wallet.statement('ConsentWithdrawal.v1', { grant: grant.jti });
  // City Hospital's peer, which the services ask, has it as soon as its client is told so.
  await registrar.ehr.withdrawConsent(jws);
  await expect(citys?.rewrap(refOf(value))).rejects.toThrow(coded('ERR_CONSENT_UNPROVEN'));
  const { layout } = await registrar.ehr.getRecord({ pseudonym: wallet.pseudonym, recordId });
  const part = layout.parts.find(({ store: owner }) => owner === registrar.mspId);
  const permission = { decision: refOf(value) };
  const serving = valley.stores.get(registrar.mspId)?.leaves(part?.root ?? '', { permission });
  await expect(serving).rejects.toThrow(coded('ERR_CONSENT_UNPROVEN'));
});

it('re-wraps past keys in the background when the patient withdraws a category', async () => {
  const wallet = await patient();
  const { pseudonym } = wallet;
  const grant = await grantCategory(wallet);
  const before = await register(wallet);
  const stopping = new AbortController();
  const { signal } = stopping;
  const keys = rings.get(custodian.mspId);
  if (!keys) throw new Error('no keys');
  const rewrapper = await Rewrapper.open({
    ...{ mspId: custodian.mspId, ledger: custodian.ehr, home: folder },
    keys,
  });
  const working = rewrapper.run(custodian.events({ contract: 'ehr', signal }), signal);
  // The stream begins with the next block.
  await new Promise((done) => setTimeout(done, 500));
  const nextKeys = [await wallet.nextKey('laboratory')];
  const { jws } = await wallet.statement('ConsentWithdrawal.v1', { grant, nextKeys });
  await registrar.ehr.withdrawConsent(jws);
  const after = await register(wallet);
  const epochsOf = async (recordId: string) => {
    const { keys } = await registrar.ehr.readDetails({ pseudonym, recordId });
    return keys.sealedKeys.filter(({ kind }) => kind === 'category').map(({ epoch }) => epoch);
  };
  const end = Date.now() + 20_000;
  while ((await epochsOf(before))[0] !== 2 && Date.now() < end) {
    await new Promise((done) => setTimeout(done, 200));
  }
  stopping.abort();
  await working;
  expect([await epochsOf(before), await epochsOf(after)]).toEqual([[2], [2]]);
  expect(rewrapper.status).toMatchObject([{ pseudonym, epoch: 2, status: 'DONE' }]);
  for (const recordId of [before, after]) {
    const reading = readRecord(valley, wish(wallet, recordId));
    await expect(reading).rejects.toThrow(coded('ERR_NO_DECISION'));
  }
});

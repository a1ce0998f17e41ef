import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ACCESS_GRANT, EHR_STATEMENT_USE, SalusError } from '@salus/chaincode-common';
import { connect } from '../connection/connect.js';
import { generateHpkeKeyPair } from '../crypto/hpke.js';
import { readFhirText } from '../fhir/read.js';
import { resolveIdentity } from '../identity/identity.js';
import { importResources } from '../import/import-resources.js';
import { KeyServiceClient } from '../key-service/key-service-client.js';
import { startKeyService } from '../key-service/key-service.js';
import { readRecord, type RecordSources } from '../key-service/read-record.js';
import type { SalusClient } from '../salus-client.js';
import { ledgerView } from '../store/ledger-view.js';
import { StoreClient } from '../store/store-client.js';
import { startStore } from '../store/store-service.js';
import { coded } from '../test-support/coded.js';
import { CHANNEL, TestPatient } from '../test-support/consent-world.js';
import { connectAs } from '../test-support/running-network.js';
import { consentLedger } from './consent-check.js';
import type { RunningService } from './http-server.js';
import { currentMembers } from './members.js';

jest.setTimeout(120_000);

/** What is taken down in the end, last first. */
const opened: (() => Promise<void> | void)[] = [];
let registrar: SalusClient;
let desk: StoreClient;
let valley: RecordSources;
let custodianKey: string;

async function connected(organisation: string, user: string): Promise<SalusClient> {
  const client = await connect(connectAs(organisation, user));
  opened.push(() => client.close());
  return client;
}

function running(service: RunningService): string {
  opened.push(() => service.close());
  return service.url;
}

beforeAll(async () => {
  const home = await mkdtemp(path.join(tmpdir(), 'salus-consent-'));
  opened.push(() => rm(home, { recursive: true }));
  const keeper = await connected('CityHospital', 'store');
  const custodian = await connected('CityHospital', 'keyservice');
  registrar = await connected('CityHospital', 'registrar');
  const physician = await connected('ValleyHospital', 'physician');
  const keys = await generateHpkeKeyPair();
  custodianKey = keys.publicKey;
  const storeUrl = running(
    await startStore({
      home: path.join(home, 'store'),
      channel: CHANNEL,
      members: currentMembers(keeper),
      ledger: ledgerView(keeper),
    }),
  );
  const keysUrl = running(
    await startKeyService({
      home: path.join(home, 'keys'),
      mspId: custodian.mspId,
      channel: CHANNEL,
      keys,
      members: currentMembers(custodian),
      ledger: {
        ...consentLedger(custodian),
        readDetails: (recordId) => custodian.ehr.readDetails(recordId),
      },
    }),
  );
  const identityOf = ({ mspId }: SalusClient, organisation: string, user: string) =>
    resolveIdentity(connectAs(organisation, user).identity, mspId);
  const reader = await identityOf(physician, 'ValleyHospital', 'physician');
  valley = {
    client: physician,
    store: new StoreClient(storeUrl, reader),
    keyService: new KeyServiceClient(keysUrl, reader),
  };
  desk = new StoreClient(storeUrl, await identityOf(registrar, 'CityHospital', 'registrar'));
});

afterAll(async () => {
  for (const close of opened.reverse()) await close();
});

/** A patient with one record at City Hospital, which Valley Hospital may read. */
async function grantedRecord() {
  const patient = new TestPatient(randomBytes(32).toString('base64url'));
  const { pseudonym, kid, jwk } = patient;
  const sign = (type: string, body: object) => {
    const iat = Math.floor(Date.now() / 1000);
    const use = { channel: CHANNEL, ...EHR_STATEMENT_USE, iat, exp: iat + 600 };
    const jti = randomUUID();
    return patient.sign({ type, ...use, jti, pseudonym, ...body }).then((jws) => ({ jws, jti }));
  };
  const { publicKey: hpkePublicKey } = await generateHpkeKeyPair();
  const registration = await sign('PatientRegistration.v1', { jwk, hpkePublicKey });
  await registrar.ehr.registerPatient(registration.jws);
  const text = JSON.stringify({ resourceType: 'Patient', id: 'p' });
  const [record] = await importResources(
    readFhirText(text, 'test'),
    { pseudonym, kid, hpkePublicKey, tagKey: randomBytes(32).toString('base64url') },
    {
      mspId: registrar.mspId,
      ehr: registrar.ehr,
      store: desk,
      custodianKey,
      idSecret: randomBytes(32),
      journal: {
        alone: (run) => run(),
        load: () => Promise.resolve([]),
        save: () => Promise.resolve(),
        clear: () => Promise.resolve(),
      },
    },
  );
  if (!record) throw new SalusError('ERR_INTERNAL', 'nothing was imported');
  const grant = await sign(ACCESS_GRANT, {
    grantee: { mspId: valley.client.mspId, role: 'physician' },
    scope: { records: [record.recordId] },
    purposes: ['TREAT'],
    notBefore: new Date(Date.now() - 1000).toISOString(),
    notAfter: new Date(Date.now() + 3_600_000).toISOString(),
  });
  await registrar.ehr.grantAccess(grant.jws);
  return { recordId: record.recordId, text, grant, sign };
}

it('serves what the patient signed', async () => {
  const { recordId, text } = await grantedRecord();
  const { content } = await readRecord(valley, { recordId, purpose: 'TREAT' });
  expect(content.toString('utf8')).toBe(text);
});

it('serves nothing any more once the patient withdraws, even on a decision made before', async () => {
  const { recordId, grant, sign } = await grantedRecord();
  const { publicKey: hpkePublicKey } = await generateHpkeKeyPair();
  const asked = { recordId, purpose: 'TREAT', hpkePublicKey } as const;
  const { value: decision } = await valley.client.ehr.requestAccess(asked);
  expect(decision).toMatchObject({ permitted: true, reason: 'GRANT', grantId: grant.jti });
  await valley.keyService.rewrap(decision.decisionId);

  const withdrawal = await sign('ConsentWithdrawal.v1', { grant: grant.jti });
  // City Hospital's peer, which the services ask, has it as soon as its client is told so.
  await registrar.ehr.withdrawConsent(withdrawal.jws);
  const { decisionId, contentHash = '' } = decision;
  await expect(valley.keyService.rewrap(decisionId)).rejects.toThrow(coded('ERR_CONSENT_UNPROVEN'));
  await expect(valley.store.get(contentHash, { decision: decisionId })).rejects.toThrow(
    coded('ERR_CONSENT_UNPROVEN'),
  );
});

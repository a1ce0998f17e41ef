import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect, type SalusClient } from '@salus/client';
import { readContent, type ContentAnchor, putContent } from '@salus/client/content';
import { refOf } from '@salus/client/ehr';
import { resolveIdentity, type Identity } from '@salus/client/identity';
import { storePlaces, storesByMsp } from '@salus/client/stores';
import { readMemberRoots } from '@salus/client/trust';
import { generateHpkeKeyPair } from '@salus/crypto/hpke';
import { verifyErasure } from '@salus/proofs';
import { coded } from '@salus/testing/coded';
import { eventually } from '@salus/testing/eventually';
import { connectAs } from '@salus/testing/running-network';
import { furnish, salus, serve, type Served } from '@salus/testing/salus-process';
import { TestWallet } from '@salus/testing/test-wallet';

const ORGANISATIONS = ['CityHospital', 'ValleyHospital', 'Insurer'];
const mspOf = (organisation: string) => `${organisation}MSP`;

describe('stores that organisations run', () => {
  const key = randomBytes(32);
  const content = randomBytes(1_000_000);
  const recordId = `r-${randomUUID()}`;
  const wallet = new TestWallet();
  const { pseudonym } = wallet;
  const served = new Map<string, Served>();
  let folder: string;
  let registrar: SalusClient;
  let identity: Identity;
  let anchor: ContentAnchor;

  const homeOf = (organisation: string) => path.join(folder, organisation);
  const start = async (organisation: string) => {
    served.set(organisation, await serve(homeOf(organisation), 'store', 'serve'));
  };
  const named = (...organisations: string[]) =>
    organisations.map((name) => `${mspOf(name)}=${served.get(name)?.url ?? ''}`);
  const places = (...organisations: string[]) =>
    storePlaces(named(...organisations), identity, registrar.tlsRoots);

  const read = async (...from: string[]) => {
    const { publicKey: hpkePublicKey } = await generateHpkeKeyPair();
    const asked = { pseudonym, recordId, purpose: 'TREAT', hpkePublicKey } as const;
    const { value } = await registrar.ehr.requestAccess(asked);
    const stores = storesByMsp(places(...from));
    const permission = { decision: refOf(value) };
    return readContent(anchor, { key, context: recordId, stores, permission });
  };

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'salus-stores-'));
    for (const name of ORGANISATIONS) {
      furnish(homeOf(name), name, 'store');
      await start(name);
    }
    const connection = connectAs('CityHospital', 'registrar');
    registrar = await connect(connection);
    identity = await resolveIdentity(connection.identity, registrar.mspId);
    const { publicKey: hpkePublicKey } = await generateHpkeKeyPair();
    const registration = { jwk: wallet.jwk, hpkePublicKey };
    const { jws } = await wallet.statement('PatientRegistration.v1', registration);
    await registrar.ehr.registerPatient(jws);
    anchor = await putContent(content, {
      key,
      context: recordId,
      k: 2,
      stores: places(...ORGANISATIONS),
    });
    const about = { recordId, pseudonym, categoryTag: wallet.tag('laboratory'), version: 1 };
    const record = { ...about, labelTags: [], categoryEpoch: 0, detailsHash: '0'.repeat(64) };
    await registrar.ehr.registerRecords([{ ...record, ...anchor }]);
  });

  afterAll(async () => {
    for (const one of served.values()) await one.stop();
    registrar.close();
    await rm(folder, { recursive: true });
  });

  it('give the content back to whom the ledger permits it', async () => {
    expect(await read(...ORGANISATIONS)).toEqual(content);
    const stores = storesByMsp(places(...ORGANISATIONS));
    const decision = { pseudonym, decidedAt: new Date().toISOString(), decisionId: '0'.repeat(64) };
    const reading = readContent(anchor, {
      key,
      context: recordId,
      stores,
      permission: { decision },
    });
    await expect(reading).rejects.toThrow(coded('ERR_CONTENT_UNAVAILABLE'));
  });

  it('restore their parts from each other after a disk was lost', async () => {
    const home = homeOf('ValleyHospital');
    expect((await salus(home, 'store', 'check')).exitCode).toBe(0);
    await rm(path.join(home, 'parts'), { recursive: true });
    await rm(path.join(home, 'pins'), { recursive: true });
    const from = named('CityHospital', 'Insurer').flatMap((one) => ['--store', one]);
    const of = ['--pseudonym', pseudonym, '--record', recordId];
    const repaired = await salus(home, 'store', 'repair', ...of, ...from);
    expect(repaired).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(repaired.stdout)).toMatchObject({ recordId, part: 1, state: 'REPAIRED' });
    expect(await read('ValleyHospital', 'Insurer')).toEqual(content);
    await rm(path.join(home, 'parts'), { recursive: true });
    const all = await salus(home, 'store', 'repair', '--all', ...from);
    // The network may know records of stores that are not here: they keep none from being restored.
    expect(all.stdout).toContain(`"recordId":"${recordId}","part":1`);
    expect(await read('ValleyHospital', 'CityHospital')).toEqual(content);
  });

  it('delete the parts of a record that the patient has had erased, and confirm it', async () => {
    const { jws } = await wallet.statement('ErasureOrder.v1', { records: [recordId] });
    await registrar.ehr.eraseRecords(jws);
    const record = await registrar.ehr.getRecord({ pseudonym, recordId });
    const own = homeOf('CityHospital');
    // By itself, as the ledger tells.
    await eventually(async () => expect(await readdir(path.join(own, 'parts'))).toEqual([]));
    const roots = await readMemberRoots(registrar);
    for (const { mspId, store } of places(...ORGANISATIONS)) {
      const word = await store.erase({ pseudonym, recordId });
      const judge = { channel: 'edge-east', roots, now: Date.now() };
      expect(verifyErasure(word, record, judge)).toMatchObject({ mspId, recordId });
    }
  });
});

import { generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { generateHpkeKeyPair } from '@salus/crypto/hpke';
import { publicJwk, jwkThumbprint, signStatement } from '@salus/protocol';
import type { HealthRecord } from '@salus/protocol/ehr';
import { connectAs } from '@salus/testing/running-network';
import { furnish, salus, serve, type Ended, type Served } from '@salus/testing/salus-process';
import { connect } from '../connect.js';
import { resolveIdentity } from '../identity/identity.js';
import { HttpPartStore } from '../stores/http-part-store.js';
import { KeyServiceClient } from './key-service-client.js';
import { readFhirFile } from './read-fhir-file.js';
import { readRecord } from './read-record.js';

const bundles = path.join(__dirname, '..', '..', '..', 'test', 'data', 'synthea');

let home: string;
let desk: string;
let store: Served;
let keys: Served;
const running: Served[] = [];

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'salus-import-'));
  desk = furnish(path.join(home, 'desk'), 'CityHospital', 'registrar');
  const storeHome = furnish(path.join(home, 'store'), 'CityHospital', 'store');
  const keysHome = furnish(path.join(home, 'keys'), 'CityHospital', 'keyservice');
  running.push((store = await serve(storeHome, 'store', 'serve')));
  running.push((keys = await serve(keysHome, 'keys', 'serve')));
});

afterAll(async () => {
  for (const service of running) await service.stop();
  await rm(home, { recursive: true });
});

/** A patient who is registered, and the file with which the desk imports for it. */
async function registeredPatient() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = publicJwk.parse(publicKey.export({ format: 'jwk' }));
  const hpke = await generateHpkeKeyPair();
  const pseudonym = randomBytes(32).toString('base64url');
  const iat = Math.floor(Date.now() / 1000);
  const registration = await signStatement(
    {
      type: 'PatientRegistration.v1',
      channel: 'edge-east',
      contract: 'ehr',
      audience: 'ehr',
      jti: randomUUID(),
      iat,
      exp: iat + 600,
      pseudonym,
      jwk,
      hpkePublicKey: hpke.publicKey,
    },
    jwk,
    (data) => sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
  );
  const statement = await written('registration.jws', registration);
  const { exitCode, stderr } = await salus(desk, 'ehr', 'register-patient', statement);
  expect([exitCode, stderr]).toEqual([0, '']);
  const tagKey = randomBytes(32).toString('base64url');
  const kid = jwkThumbprint(jwk);
  const patient = { pseudonym, kid, tagKey };
  return { pseudonym, file: await written('patient.json', JSON.stringify(patient)) };
}

async function written(name: string, content: string | Uint8Array): Promise<string> {
  const file = path.join(home, `${randomUUID()}-${name}`);
  await writeFile(file, content);
  return file;
}

async function bundleFile(index: number): Promise<string> {
  const names = (await readdir(bundles)).sort();
  return path.join(bundles, names[index] ?? '');
}

function imports(patient: string, ...files: string[]): Promise<Ended> {
  const stores = ['--store', `CityHospitalMSP=${store.url}`];
  return salus(desk, 'import', ...files, '--patient', patient, ...stores);
}

async function recordsOf(pseudonym: string): Promise<HealthRecord[]> {
  const { exitCode, stdout } = await salus(desk, 'ehr', 'records', pseudonym);
  expect(exitCode).toBe(0);
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as HealthRecord);
}

async function stored(): Promise<string[]> {
  const entries = await readdir(path.join(home, 'store'), { recursive: true });
  return entries.filter((name) => name.startsWith('parts')).sort();
}

describe('salus import', () => {
  it('imports a real bundle, byte for byte, and a second time nothing', async () => {
    const { pseudonym, file } = await registeredPatient();
    const bundle = await bundleFile(0);
    const resources = await readFhirFile(bundle);
    const first = await imports(file, bundle);
    expect([first.exitCode, first.stderr]).toEqual([0, '']);
    const count = resources.length;
    // Claims of Synthea hold no clinical code.
    const notJudged = { records: expect.any(Number) as number, first: expect.any(Array) as [] };
    expect(JSON.parse(first.stdout)).toEqual({
      ...{ resources: count, imported: count, already: 0, notJudged },
    });

    const records = await recordsOf(pseudonym);
    await using physician = await connect(connectAs('CityHospital', 'physician'));
    const source = connectAs('CityHospital', 'physician').identity;
    const identity = await resolveIdentity(source, physician.mspId);
    const { tlsRoots } = physician;
    const sources = {
      client: physician,
      stores: new Map([[physician.mspId, new HttpPartStore(store.url, identity, tlsRoots)]]),
      keyServices: [new KeyServiceClient(keys.url, identity, tlsRoots)],
    };
    const opened: string[] = [];
    for (const { recordId } of records) {
      const wish = { pseudonym, recordId, purpose: 'TREAT' } as const;
      opened.push((await readRecord(sources, wish)).content.toString('utf8'));
    }
    expect(opened.sort()).toEqual(resources.map(({ text }) => text).sort());

    const before = await stored();
    const second = await imports(file, bundle);
    expect(JSON.parse(second.stdout)).toEqual({
      ...{ resources: count, imported: 0, already: count, notJudged },
    });
    expect(await stored()).toEqual(before);
    expect(await recordsOf(pseudonym)).toHaveLength(count);
  });

  it('registers a file of any kind by command, amends it, and reads it back', async () => {
    const { pseudonym, file } = await registeredPatient();
    const [image, second] = [randomBytes(700_000), randomBytes(1000)];
    const [first, next] = [await written('scan.dcm', image), await written('scan.dcm', second)];
    const stores = ['--store', `CityHospitalMSP=${store.url}`];
    const described = ['--patient', file, ...stores, '--category', 'imaging', '--name', 'MR'];
    const registered = await salus(desk, 'ehr', 'register', first, ...described);
    expect([registered.exitCode, registered.stderr]).toEqual([0, '']);
    const { recordId } = JSON.parse(registered.stdout) as HealthRecord;
    const amended = await salus(desk, 'ehr', 'amend', recordId, next, ...described);
    expect([amended.exitCode, amended.stderr]).toEqual([0, '']);
    expect(JSON.parse(amended.stdout)).toMatchObject({ version: 2, amends: recordId });

    const reader = furnish(path.join(home, 'reader'), 'CityHospital', 'physician');
    const out = path.join(home, 'out.dcm');
    const services = [...stores, '--keys', keys.url, '--purpose', 'TREAT', '--out', out];
    const read = await salus(reader, 'ehr', 'read', pseudonym, recordId, ...services);
    expect([read.exitCode, read.stderr]).toEqual([0, '']);
    expect((await readFile(out)).equals(image)).toBe(true);
    expect(JSON.parse(read.stdout)).toMatchObject({
      reason: 'CUSTODIAN',
      details: { contentType: 'application/dicom', category: 'imaging' },
    });
    const listed = ['ehr', 'readable-records', pseudonym, '--purpose', 'TREAT'];
    const { stdout } = await salus(reader, ...listed);
    expect(JSON.parse(stdout)).toMatchObject({
      record: { version: 2 },
      details: { category: 'imaging' },
    });
    const left = await readdir(path.join(desk, 'uploads'));
    expect(left).toEqual([]);
  });

  describe('given what is wrong', () => {
    const resource = (more: object) => JSON.stringify({ resourceType: 'Observation', ...more });
    const broken = { resourceType: 'Bundle', type: 'collection', entry: [] as object[] };
    broken.entry = [
      { fullUrl: 'urn:uuid:1', resource: { resourceType: 'Patient', id: '1' } },
      {
        resource: {
          resourceType: 'Condition',
          id: '2',
          subject: { reference: 'urn:uuid:somebody-else' },
        },
      },
    ];
    const wrong: readonly [string, string, string | Uint8Array][] = [
      ['a broken reference', 'ERR_FHIR_BROKEN_REFERENCE', JSON.stringify(broken)],
      ['oversized content', 'ERR_TOO_LARGE', resource({ note: 'x'.repeat(9 * 1024 * 1024) })],
      ['other text than JSON', 'ERR_FHIR_INVALID', 'BEGIN:VCARD'],
      ['JSON that is no resource', 'ERR_FHIR_INVALID', '{"id":"1"}'],
      ['a bundle that is cut off', 'ERR_FHIR_INVALID', JSON.stringify(broken).slice(0, -20)],
      ['a gzip file that is cut off', 'ERR_FHIR_INVALID', Buffer.from('1f8b0800000000', 'hex')],
    ];
    let patient: Awaited<ReturnType<typeof registeredPatient>>;
    let before: string[];

    beforeAll(async () => {
      patient = await registeredPatient();
      before = await stored();
    });

    async function expectNothingWritten() {
      expect(await recordsOf(patient.pseudonym)).toEqual([]);
      expect(await stored()).toEqual(before);
      expect(existsSync(path.join(desk, 'import.journal'))).toBe(false);
    }

    function expectError({ exitCode, stdout, stderr }: Ended, code: string) {
      expect([exitCode, stdout]).toEqual([1, '']);
      const { error } = JSON.parse(stderr) as { error: Record<string, string> };
      expect(error).toMatchObject({ code, remedy: expect.any(String) as string });
    }

    it.each(wrong)(
      'refuses %s with %s, and imports nothing of a good file beside it',
      async (_, code, content) => {
        const file = await written('wrong.json', content);
        expectError(await imports(patient.file, await bundleFile(1), file), code);
        await expectNothingWritten();
      },
    );

    it('refuses a file that is not there', async () => {
      expectError(await imports(patient.file, path.join(home, 'nothing.json')), 'ERR_FHIR_INVALID');
      await expectNothingWritten();
    });

    it.each([
      ['not JSON', 'ERR_INVALID_JSON', 'pseudonym: x'],
      ['incomplete', 'ERR_INVALID_ARGUMENT', '{"pseudonym":"x"}'],
    ])('refuses a patient file that is %s', async (_, code, content) => {
      const file = await written('patient.json', content);
      expectError(await imports(file, await bundleFile(1)), code);
    });

    it('fails where a store is away', async () => {
      const stores = ['--store', 'CityHospitalMSP=https://localhost:1'];
      const args = [await bundleFile(1), '--patient', patient.file, ...stores];
      expectError(await salus(desk, 'import', ...args), 'ERR_SERVICE_UNREACHABLE');
      await expectNothingWritten();
    });

    it('refuses a patient whom nobody registered', async () => {
      const content = JSON.parse(await readFile(patient.file, 'utf8')) as object;
      const pseudonym = randomBytes(32).toString('base64url');
      const file = await written('stranger.json', JSON.stringify({ ...content, pseudonym }));
      expectError(await imports(file, await bundleFile(1)), 'ERR_NOT_FOUND');
      expect(await recordsOf(pseudonym)).toEqual([]);
    });

    it('refuses a command line without a store where the settings name none', async () => {
      const ended = await salus(desk, 'import', await bundleFile(1), '--patient', patient.file);
      expectError(ended, 'ERR_SETTINGS_MISSING');
      expect(ended.stderr).toContain('--store, SALUS_STORES');
    });
  });
});

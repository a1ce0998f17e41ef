import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect, type SalusClient } from '@salus/client';
import { fetchChannelConfig } from '@salus/client/proofs';
import { connectAs } from '@salus/testing/running-network';
import { nextRequest } from '@salus/testing/next-request';
import { furnish, salus, serve, type Served } from '@salus/testing/salus-process';
import { GatewayProcess } from './test-support/gateway-process.js';
import { expectR4 } from './test-support/r4.js';
import { TokenIssuer } from './test-support/token-issuer.js';

const LABORATORY = {
  resourceType: 'Observation',
  id: 'glucose',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '2345-7' }] },
  category: [
    {
      coding: [
        {
          system: 'http://terminology.hl7.org/CodeSystem/observation-category',
          code: 'laboratory',
        },
      ],
    },
  ],
};

const FOR = ['--purpose', 'TREAT'] as const;

interface AuditLine {
  readonly action: string;
  readonly permitted?: boolean;
  readonly reason?: string;
  readonly purpose?: string;
  readonly by?: { readonly mspId: string; readonly practitioner?: string };
}

/** A patient's wallet, a hospital's gateway, stores and key services: a process each, by their commands. */
describe("a patient's wallet at a gateway", () => {
  let home: string;
  let ledger: SalusClient;
  let gateway: GatewayProcess;
  let config: string;
  let pseudonym: string;
  const running: Served[] = [];
  const at = (name: string) => path.join(home, name);
  const service = async (organisation: string, user: string, ...command: string[]) => {
    const folder = furnish(at(`${organisation}-${user}`), organisation, user);
    const served = await serve(folder, ...command, 'serve');
    running.push(served);
    return served.url;
  };
  const told = async <T>(actor: string, ...args: string[]): Promise<T> => {
    const { exitCode, stdout, stderr } = await salus(at(actor), ...args);
    if (exitCode !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as T;
  };
  const listed = async <T>(actor: string, ...args: string[]): Promise<T[]> => {
    const { exitCode, stdout, stderr } = await salus(at(actor), ...args);
    if (exitCode !== 0) throw new Error(stderr);
    const lines = stdout.split('\n').filter((line) => line !== '');
    return lines.flatMap((line) => JSON.parse(line) as T | T[]);
  };
  const wallet = <T>(...args: string[]) => {
    const portal = ['--portal', gateway.url, '--portal-ca', at('ca.pem')];
    return told<T>('ada', 'wallet', ...portal, ...args);
  };
  let places: { store: string; keys: string; valleyKeys: string };

  beforeAll(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'salus-portal-'));
    ledger = await connect(connectAs('CityHospital', 'physician'));
    const store = await service('CityHospital', 'store', 'store');
    const keys = await service('CityHospital', 'keyservice', 'keys');
    const valleyKeys = await service('ValleyHospital', 'keyservice', 'keys');
    places = { store: `CityHospitalMSP=${store}`, keys, valleyKeys };
    gateway = await GatewayProcess.start(at('gateway'), await TokenIssuer.make(), {
      stores: { CityHospitalMSP: store },
      keyServices: { CityHospitalMSP: keys },
    });
    furnish(at('registrar'), 'CityHospital', 'registrar');
    furnish(at('city'), 'CityHospital', 'physician');
    furnish(at('valley'), 'ValleyHospital', 'physician');
    config = at('edge-east.block');
    await writeFile(config, await fetchChannelConfig(ledger));
    await writeFile(at('ca.pem'), ledger.tlsRoots.join('\n'));

    const ada = ['--channel', 'edge-east', '--home', at('ada')];
    await told('city', ...ada, 'wallet', 'init');
    await told('city', ...ada, 'wallet', 'trust', config);
    await writeFile(path.join(at('ada'), 'salus.json'), JSON.stringify({ channel: 'edge-east' }));
    running.push(await serve(at('ada'), 'wallet', 'serve'));
  });

  // Each by itself: what runs is stopped although the gateway could not be started.
  afterAll(() => gateway.stop());
  afterAll(async () => {
    for (const one of running) await one.stop();
    ledger.close();
    await rm(home, { recursive: true });
  });

  /** Agrees to what waits, as soon as something does. */
  const agree = async (): Promise<void> => {
    const id = await nextRequest(at('ada'), new AbortController().signal);
    if (id !== undefined) await told('ada', 'wallet', 'approve', id);
  };

  const importLaboratory = async (id: string) => {
    await writeFile(at(`${id}.json`), JSON.stringify({ ...LABORATORY, id }));
    const options = ['--patient', at('patient.json'), '--store', places.store];
    await told('city', 'import', at(`${id}.json`), ...options);
  };
  const readable = async () =>
    listed<{ record: { recordId: string } }>(
      'valley',
      'ehr',
      'readable-records',
      pseudonym,
      ...FOR,
    );
  const read = (recordId: string, keys: string) => {
    const from = ['--store', places.store, '--keys', keys, '--out', at(`${recordId}.out`)];
    return salus(at('valley'), 'ehr', 'read', pseudonym, recordId, ...FOR, ...from);
  };

  it('is admitted, grants by the portal, sees who saw what, and withdraws', async () => {
    await told('ada', 'wallet', 'invite', 'City Hospital', '--out', at('city.invitation'));
    const admitted = told<{ pseudonym: string }>(
      ...(['registrar', 'ehr', 'admit', at('city.invitation')] as const),
      ...['--new', '--out', at('patient.json')],
    );
    await agree();
    ({ pseudonym } = await admitted);
    await importLaboratory('before');

    const grant = ['grant', '--to', 'ValleyHospitalMSP', '--category', 'laboratory'];
    const granted = await wallet<{ grantId: string; relayed: { type: string }[] }>(
      ...[...grant, '--days', '30'],
    );
    expect(granted.relayed.map(({ type }) => type)).toEqual([
      'AccessGrant.v1',
      'CategoryKeyDeposit.v1',
    ]);

    // A later record opens by Valley's own key service: the patient does nothing, City's isn't asked.
    await importLaboratory('later');
    const records = await readable();
    expect(records).toHaveLength(2);
    for (const { record } of records) {
      expect(await read(record.recordId, places.valleyKeys)).toMatchObject({ exitCode: 0 });
    }

    const news = wallet<AuditLine[]>('notifications');
    expect((await news).map(({ action }) => action)).toContain('ACCESS_DECIDED');
    expect(await wallet<AuditLine[]>('notifications')).toEqual([]);

    // The patient's own record, by a registrar who sees the ciphertext alone.
    const [own] = records as [(typeof records)[number]];
    const asks = await told<object>('ada', 'wallet', 'request-access', own.record.recordId);
    await writeFile(at('request.json'), JSON.stringify(asks));
    await told(
      ...(['registrar', 'ehr', 'fetch', at('request.json'), '--out', at('sealed.json')] as const),
      ...['--keys', places.keys, '--store', places.store],
    );
    await told('ada', 'wallet', 'open', at('sealed.json'), '--out', at('own.json'));
    expect(JSON.parse(await readFile(at('own.json'), 'utf8'))).toMatchObject({
      code: LABORATORY.code,
    });

    const withdrawn = await wallet<{ relayed: { type: string }[] }>('withdraw', granted.grantId);
    expect(withdrawn.relayed.map(({ type }) => type)).toEqual(['ConsentWithdrawal.v1']);
    expect(await readable()).toEqual([]);
    const [{ record }] = records as [(typeof records)[number]];
    const refused = await read(record.recordId, places.valleyKeys);
    expect(refused.stderr).toContain('WITHDRAWN');

    const { entries } = await wallet<{ entries: AuditLine[] }>('audit');
    for (const trail of [
      ['audit', pseudonym],
      ['audit-actor', 'ValleyHospitalMSP'],
    ]) {
      const events = await listed<{ resourceType: string }>('city', 'ehr', ...trail, '--fhir');
      expect(events.length).toBeGreaterThan(2);
      events.forEach(expectR4);
    }
    const decided = entries.filter(({ action }) => action === 'ACCESS_DECIDED');
    expect(decided.map(({ permitted }) => permitted)).toEqual([true, true, true, false]);
    expect(decided[3]).toMatchObject({
      reason: 'WITHDRAWN',
      purpose: 'TREAT',
      by: { mspId: 'ValleyHospitalMSP', practitioner: 'valley-physician-1' },
    });
  });

  it('waits for what happens, and is told by the proven trail', async () => {
    await wallet('notifications');
    const waiting = wallet<AuditLine[]>('notifications', '--wait', '20');
    const denied = wallet('deny', '--to', 'InsurerMSP', '--days', '30');
    expect((await waiting).map(({ action }) => action)).toEqual(['DENIED']);
    await denied;
  });

  it('adds a second key and retires the first', async () => {
    const before = await wallet<{ kid: string }[]>('keys', 'list');
    await wallet('keys', 'add', '--alg', 'EdDSA');
    const [first] = before;
    await wallet('keys', 'retire', first?.kid ?? '');
    const { keys } = await ledger.ehr.getPatient(pseudonym);
    expect(keys.map(({ status }) => status)).toContain('RETIRED');
    await wallet('deny', '--to', 'PharmaMSP', '--days', '30');
  });
});

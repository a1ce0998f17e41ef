import { generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { generateHpkeKeyPair } from '@salus/crypto/hpke';
import {
  ACCESS_GRANT,
  EHR_STATEMENT_USE,
  jwkThumbprint,
  publicJwk,
  signStatement,
} from '@salus/protocol';
import { furnish, salus, serve, type Ended, type Served } from './salus-process.js';

export const ORGANISATIONS = [
  'CityHospital',
  'ValleyHospital',
  'Insurer',
  'Pharma',
  'Regulator',
] as const;
const STORES = ['CityHospital', 'ValleyHospital', 'Insurer'] as const;

/** A record that was registered, and what it says. */
export interface KeptRecord {
  readonly pseudonym: string;
  readonly recordId: string;
  readonly text: string;
  /** The patient forbids emergency access. */
  deny(): Promise<void>;
}

/** Custodians, stores and people, each a process with a home of its own, on the tests' network. */
export class CustodianNetwork {
  readonly home: string;
  readonly #custodians = new Map<string, Served>();
  readonly #stores = new Map<string, Served>();
  #keys: Served | undefined;

  private constructor(home: string) {
    this.home = home;
  }

  static async open(): Promise<CustodianNetwork> {
    const network = new CustodianNetwork(await mkdtemp(path.join(tmpdir(), 'salus-glass-')));
    for (const name of STORES) {
      const store = furnish(path.join(network.home, `store-${name}`), name, 'store');
      network.#stores.set(`${name}MSP`, await serve(store, 'store', 'serve'));
    }
    const keys = furnish(
      path.join(network.home, 'CityHospital-keyservice'),
      'CityHospital',
      'keyservice',
    );
    network.#keys = await serve(keys, 'keys', 'serve');
    for (const name of ORGANISATIONS) await network.start(name);
    return network;
  }

  async close(): Promise<void> {
    for (const service of [...this.#custodians.values(), ...this.#stores.values(), this.#keys]) {
      await service?.stop();
    }
    await rm(this.home, { recursive: true });
  }

  homeOf(organisation: string): string {
    return path.join(this.home, `custodian-${organisation}`);
  }

  /** Starts the process of a custodian. */
  async start(organisation: string): Promise<void> {
    const folder = furnish(this.homeOf(organisation), organisation, 'custodian');
    this.#custodians.set(organisation, await serve(folder, 'custodian', 'serve'));
  }

  async stop(organisation: string): Promise<void> {
    await this.#custodians.get(organisation)?.stop();
  }

  /** What answers at a custodian's place from now on. */
  replace(organisation: string, service: Served): void {
    this.#custodians.set(organisation, service);
  }

  urlOf(organisation: string): string {
    return this.#custodians.get(organisation)?.url ?? '';
  }

  /** The home of one more user. */
  person(organisation: string, user: string): string {
    return furnish(path.join(this.home, `${organisation}-${user}`), organisation, user);
  }

  /** Imports one resource for a new patient. */
  async register(text: string, emergencyKey: string): Promise<KeptRecord> {
    const desk = this.person('CityHospital', 'registrar');
    const patient = await this.#patient(desk);
    const bundle = await this.#written('resource.json', text);
    const done = await salus(
      ...[desk, 'import', bundle, '--patient', patient.file, '--store'],
      ...this.#places(this.#stores),
      ...['--emergency-key', emergencyKey],
    );
    result(done);
    const listed = result<{ recordId: string }>(
      await salus(desk, 'ehr', 'records', patient.pseudonym),
    );
    const { pseudonym, deny } = patient;
    return { pseudonym, recordId: listed.recordId, text, deny };
  }

  /** Runs `salus ehr break-glass` in a home, and gives what it prints and what was read. */
  async breakGlass(
    home: string,
    { pseudonym, recordId }: Pick<KeptRecord, 'pseudonym' | 'recordId'>,
  ): Promise<Ended & { readonly content: string | undefined }> {
    const note = await this.#written('note.txt', 'found unconscious');
    const out = path.join(this.home, randomUUID());
    const custodians = new Map(
      [...this.#custodians].map(([name, service]) => [`${name}MSP`, service] as const),
    );
    const ended = await salus(
      ...[home, 'ehr', 'break-glass', pseudonym, recordId, '--reason', 'UNCONSCIOUS'],
      ...['--note', note, '--out', out, '--custodian', ...this.#places(custodians)],
      ...['--store', ...this.#places(this.#stores), '--keys', this.#keys?.url ?? ''],
    );
    const content = await readFile(out, 'utf8').catch(() => undefined);
    return { ...ended, content };
  }

  async #patient(desk: string) {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwk = publicJwk.parse(publicKey.export({ format: 'jwk' }));
    const kid = jwkThumbprint(jwk);
    const { publicKey: hpkePublicKey } = await generateHpkeKeyPair();
    const pseudonym = randomBytes(32).toString('base64url');
    const signed = (type: string, body: object) => {
      const iat = Math.floor(Date.now() / 1000);
      const use = { channel: 'edge-east', ...EHR_STATEMENT_USE, iat, exp: iat + 600 };
      const claims = { type, ...use, jti: randomUUID(), pseudonym, ...body };
      return signStatement(claims, jwk, (data) =>
        sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
      );
    };
    const relay = async (command: string, statement: string) => {
      const file = await this.#written('statement.jws', statement);
      result(await salus(desk, 'ehr', command, file));
    };
    const registered = { jwk, hpkePublicKey, categoryKeys: [] };
    await relay('register-patient', await signed('PatientRegistration.v1', registered));
    const tagKey = randomBytes(32).toString('base64url');
    const file = await this.#written('patient.json', JSON.stringify({ pseudonym, kid, tagKey }));
    const deny = async () => {
      const now = Date.now();
      const forbidden = {
        decision: 'deny',
        grantee: {},
        scope: {},
        purposes: ['BTG'],
        notBefore: new Date(now - 1000).toISOString(),
        notAfter: new Date(now + 3_600_000).toISOString(),
      };
      await relay('grant', await signed(ACCESS_GRANT, forbidden));
    };
    return { pseudonym, file, deny };
  }

  #places(services: ReadonlyMap<string, Served>): string[] {
    return [...services].map(([mspId, { url }]) => `${mspId}=${url}`);
  }

  async #written(name: string, content: string): Promise<string> {
    const file = path.join(this.home, `${randomUUID()}-${name}`);
    await writeFile(file, content);
    return file;
  }
}

/** What a command printed that has to succeed. */
// The type is the caller's knowledge of the command.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
export function result<T>({ exitCode, stdout, stderr }: Ended): T {
  expect([exitCode, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as T;
}

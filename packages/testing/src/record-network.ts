import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type SalusClient } from '@salus/client';
import { resolveIdentity, type Identity } from '@salus/client/identity';
import {
  registerRecords,
  type RecordDesk,
  KeyServiceClient,
  type RecordSources,
  keepRegistered,
} from '@salus/client/records';
import { HttpPartStore } from '@salus/client/stores';
import { currentMembers } from '@salus/client/trust';
import { generateHpkeKeyPair, sealTo, categoryKeyContext } from '@salus/crypto/hpke';
import {
  KeyRing,
  keyServiceLedger,
  sharePatientsDetails,
  startKeyService,
} from '@salus/key-service';
import { hashOf } from '@salus/protocol';
import type { SealedCategoryKey } from '@salus/protocol/ehr';
import type { RunningService } from '@salus/service-kit';
import { ledgerView, startStore } from '@salus/store-service';
import { CHANNEL } from './consent-world.js';
import { connectAs } from './running-network.js';
import { TestWallet } from './test-wallet.js';

export const TEXT = JSON.stringify({ resourceType: 'Observation', status: 'final' });

/**
 * City's desk, a physician of another organisation, stores of three organisations and key services of two, on
 * a network.
 */
export class RecordNetwork {
  readonly rings = new Map<string, KeyRing>();
  readonly stores = new Map<string, HttpPartStore>();
  registrar!: SalusClient;
  custodian!: SalusClient;
  desk!: RecordDesk;
  /** With the own organisation's key service and City's. */
  reader!: RecordSources & { readonly client: SalusClient };
  /** What is taken down in the end, last first. */
  readonly #opened: (() => Promise<void> | void)[] = [];

  private constructor(
    readonly folder: string,
    readonly organisation: string,
  ) {
    this.#opened.push(() => rm(folder, { recursive: true }));
  }

  /** @param organisation - of the physician who reads City's records */
  static async open(organisation = 'ValleyHospital'): Promise<RecordNetwork> {
    const folder = await mkdtemp(path.join(tmpdir(), 'salus-records-'));
    const network = new RecordNetwork(folder, organisation);
    await network.#begin();
    return network;
  }

  async close(): Promise<void> {
    for (const close of this.#opened.reverse()) await close();
  }

  async #begin(): Promise<void> {
    this.registrar = await this.#connected('CityHospital', 'registrar');
    this.custodian = await this.#connected('CityHospital', 'keyservice');
    const { organisation } = this;
    const physician = await this.#connected(organisation, 'physician');
    const ownKeys = await this.#connected(organisation, 'keyservice');
    const { mspId, ehr } = this.registrar;
    const urls = new Map([
      [mspId, await this.#store('CityHospital')],
      [physician.mspId, await this.#store(organisation)],
      ['InsurerMSP', await this.#store('Insurer')],
    ]);
    const citys = await this.#keyService('CityHospital', this.custodian);
    const own = await this.#keyService(organisation, ownKeys);
    const reader = await identityOf(physician, organisation, 'physician');
    const clerk = await identityOf(this.registrar, 'CityHospital', 'registrar');
    for (const [owner, url] of urls) this.stores.set(owner, new HttpPartStore(url, clerk));
    this.reader = {
      client: physician,
      stores: new Map([...urls].map(([owner, url]) => [owner, new HttpPartStore(url, reader)])),
      keyServices: [new KeyServiceClient(own, reader), new KeyServiceClient(citys, reader)],
    };
    this.desk = {
      mspId,
      ehr,
      channel: CHANNEL,
      stores: [...this.stores].map(([owner, store]) => ({ mspId: owner, store })),
      custodianKey: this.rings.get(mspId)?.current.publicKey ?? '',
      idSecret: randomBytes(32),
      journal: {
        alone: (run) => run(),
        load: () => Promise.resolve([]),
        save: () => Promise.resolve(),
        clear: () => Promise.resolve(),
        setAside: () => Promise.resolve(),
      },
    };
  }

  /** Registers a laboratory record at City, and waits until the reader's peer has it. */
  async register(wallet: TestWallet): Promise<string> {
    const recordId = `r-${randomUUID()}`;
    const observation = {
      recordId,
      category: 'laboratory',
      labels: [],
      name: 'Glucose',
      links: [],
      contentType: 'application/fhir+json',
      content: Buffer.from(TEXT),
    };
    await registerRecords([observation], wallet.known, this.desk);
    await this.#readerHasAll();
    return recordId;
  }

  /** Hands out copies of details as City's key service does, and waits until the reader's peer has them. */
  async shareDetails({ pseudonym }: TestWallet) {
    const { mspId, ehr: ledger } = this.custodian;
    const shared = await sharePatientsDetails(pseudonym, { mspId, ledger });
    await this.#readerHasAll();
    return shared;
  }

  /** A patient who is registered, with a key of the laboratory category. */
  async patient(): Promise<TestWallet> {
    const wallet = new TestWallet();
    const { categoryTag, publicKey } = await wallet.nextKey('laboratory');
    const { publicKey: hpkePublicKey } = await generateHpkeKeyPair();
    const categoryKeys = [{ categoryTag, publicKey }];
    const body = { jwk: wallet.jwk, hpkePublicKey, categoryKeys };
    const { jws } = await wallet.statement('PatientRegistration.v1', body);
    await this.registrar.ehr.registerPatient(jws);
    return wallet;
  }

  /** The whole category to the reader's organisation, with its key. @returns the grant's ID */
  async grantCategory(wallet: TestWallet): Promise<string> {
    const { mspId } = this.reader.client;
    const { pseudonym } = wallet;
    const categoryTag = wallet.tag('laboratory');
    const scope = { categoryTags: [categoryTag] };
    const grant = await wallet.grant({ grantee: { mspId }, scope });
    await this.registrar.ehr.grantAccess(grant.jws);
    const pairs = wallet.categories.get('laboratory') ?? [];
    const at = { pseudonym, categoryTag, epoch: pairs.length };
    const half = Buffer.from(pairs.at(-1)?.privateKey ?? '', 'base64url');
    const context = categoryKeyContext({ ...at, mspId });
    const box = await sealTo(this.rings.get(mspId)?.current.publicKey ?? '', half, context);
    const keys: SealedCategoryKey[] = [{ ...at, grantId: grant.jti, ...box }];
    const vouched = { grantee: mspId, keysHash: hashOf(keys) };
    const { jws } = await wallet.statement('CategoryKeyDeposit.v1', vouched);
    await this.registrar.ehr.depositCategoryKeys(jws, mspId, keys);
    return grant.jti;
  }

  async #readerHasAll(): Promise<void> {
    const height = await this.registrar.height();
    while ((await this.reader.client.height()) < height) await sleep(20);
  }

  async #connected(organisation: string, user: string): Promise<SalusClient> {
    const client = await connect(connectAs(organisation, user));
    this.#opened.push(() => client.close());
    return client;
  }

  #running(service: RunningService): string {
    this.#opened.push(() => service.close());
    return service.url;
  }

  async #store(organisation: string): Promise<string> {
    const client = await this.#connected(organisation, 'store');
    const identity = await identityOf(client, organisation, 'store');
    const home = path.join(this.folder, `${organisation}-store`);
    const [members, ledger] = [currentMembers(client), ledgerView(client)];
    return this.#running(await startStore({ home, channel: CHANNEL, identity, members, ledger }));
  }

  async #keyService(organisation: string, client: SalusClient): Promise<string> {
    const { mspId, ehr } = client;
    const identity = await identityOf(client, organisation, 'keyservice');
    const home = path.join(this.folder, `${organisation}-keys`);
    const keys = await KeyRing.open(home, 'passphrase of a test');
    this.rings.set(mspId, keys);
    await keepRegistered(keys, { ehr, identity, days: 1, now: Date.now() });
    const [members, ledger] = [currentMembers(client), keyServiceLedger(client)];
    const options = { home, mspId, channel: CHANNEL, keys, members, ledger };
    return this.#running(await startKeyService(options));
  }
}

function identityOf({ mspId }: SalusClient, organisation: string, user: string): Promise<Identity> {
  return resolveIdentity(connectAs(organisation, user).identity, mspId);
}

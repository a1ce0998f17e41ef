import { createHash, createPrivateKey } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { msp } from '@hyperledger/fabric-protos';
import type { EhrClient } from '@salus/client/ehr';
import {
  type RecordDesk,
  KeyServiceClient,
  type RecordSources,
  keepRegistered,
} from '@salus/client/records';
import { HttpPartStore } from '@salus/client/stores';
import { consentLedger, type ConsentSource } from '@salus/client/trust';
import { generateHpkeKeyPair, sealTo, categoryKeyContext } from '@salus/crypto/hpke';
import { contracts } from '@salus/ehr-contract';
import {
  KeyRing,
  keyServiceLedger,
  sharePatientsDetails,
  startKeyService,
} from '@salus/key-service';
import { MemoryLedger, type LedgerClient } from '@salus/memory-ledger';
import type { MemberRoots } from '@salus/proofs';
import { DAY_MS, hashOf, SalusError } from '@salus/protocol';
import type { SealedCategoryKey } from '@salus/protocol/ehr';
import type { RunningService } from '@salus/service-kit';
import { startStore } from '@salus/store-service';
import { CHANNEL } from './consent-world.js';
import { ehrInMemory } from './ehr-in-memory.js';
import { TestConsortium, type TestMember } from './member.js';
import { deployMembership, membershipInMemory } from './membership-in-memory.js';
import { TestWallet } from './test-wallet.js';

const NAMES = ['CityHospital', 'ValleyHospital', 'Insurer', 'Pharma', 'Regulator'];
export const [CITY, VALLEY, INSURER, PHARMA, REGULATOR] = NAMES.map((one) => `${one}MSP`) as [
  string,
  string,
  string,
  string,
  string,
];
const PASSPHRASE = 'passphrase of a test';
/** Of certificates: longer than registered keys are good for. */
const VALIDITY_MS = 30 * DAY_MS;

/** Five organisations on the real contract, each with a store and a key service that really serve. */
export class RecordWorld {
  readonly ledger: MemoryLedger;
  readonly home: string;
  readonly #consortium: TestConsortium;
  readonly #members = new Map<string, TestMember>();
  readonly #stores = new Map<string, RunningService>();
  readonly #keyServices = new Map<string, RunningService>();
  readonly #rings = new Map<string, KeyRing>();

  private constructor(home: string, consortium: TestConsortium) {
    this.home = home;
    this.#consortium = consortium;
    const organisations = NAMES.map((name) => `${name}MSP`);
    this.ledger = new MemoryLedger({ channel: CHANNEL, organisations });
    this.ledger.deploy('ehr', contracts, {
      endorsement: `OutOf(2, ${organisations.map((one) => `'${one}.peer'`).join(', ')})`,
    });
  }

  static async open(): Promise<RecordWorld> {
    const home = await mkdtemp(path.join(tmpdir(), 'salus-records-'));
    const consortium = await TestConsortium.of(...NAMES.map((name) => `${name}MSP`));
    const world = new RecordWorld(home, consortium);
    await deployMembership(world.ledger, {
      ...{ [CITY]: ['hospital'], [VALLEY]: ['hospital'], [INSURER]: ['insurer'] },
      ...{ [PHARMA]: ['manufacturer'], [REGULATOR]: ['overseer'] },
    });
    for (const mspId of world.ledger.organisations) await world.#serve(mspId);
    return world;
  }

  async close(): Promise<void> {
    const services = [...this.#stores.values(), ...this.#keyServices.values()];
    await Promise.all(services.map((one) => one.close()));
    await rm(this.home, { recursive: true });
  }

  async member(mspId: string, role: string): Promise<TestMember> {
    const key = `${mspId} ${role}`;
    const to = new Date(Date.now() + VALIDITY_MS);
    const known = this.#members.get(key) ?? (await this.#consortium.member(mspId, role, to));
    this.#members.set(key, known);
    return known;
  }

  /** The channel's members, as its configuration says now. */
  members(): Promise<MemberRoots> {
    return this.#consortium.members();
  }

  /** Has an organisation's CA revoke somebody's certificate. */
  async revoke(mspId: string, role: string): Promise<void> {
    await this.#consortium.revoke(await this.member(mspId, role));
  }

  /** The contract as somebody calls it. */
  async ehr(mspId: string, role: string): Promise<EhrClient> {
    return ehrInMemory(await this.#client(mspId, role), mspId);
  }

  /** A hospital's desk, which splits content over the stores of all. */
  async desk(mspId = CITY): Promise<RecordDesk> {
    const { identity } = await this.member(mspId, 'registrar');
    return {
      mspId,
      channel: CHANNEL,
      ehr: await this.ehr(mspId, 'registrar'),
      stores: [...this.#stores].map(([owner, { url }]) => ({
        mspId: owner,
        store: new HttpPartStore(url, identity),
      })),
      k: 3,
      custodianKey: this.ring(mspId).current.publicKey,
      idSecret: Buffer.alloc(32, 7),
      journal: {
        alone: (run) => run(),
        load: () => Promise.resolve([]),
        save: () => Promise.resolve(),
        clear: () => Promise.resolve(),
        setAside: () => Promise.resolve(),
      },
    };
  }

  /** Somebody who reads, with the stores and key services of those named. */
  async reader(mspId: string, { role = 'physician', keys = [mspId, CITY] } = {}) {
    const { identity } = await this.member(mspId, role);
    const stores = [...this.#stores].map(
      ([owner, { url }]) => [owner, new HttpPartStore(url, identity)] as const,
    );
    const keyServices = keys.map(
      (owner) => new KeyServiceClient(this.#keyServices.get(owner)?.url ?? '', identity),
    );
    const client = { ehr: await this.ehr(mspId, role) };
    const deidKey = createHash('sha256').update(mspId).digest();
    return { client, stores: new Map(stores), keyServices, deidKey } satisfies RecordSources;
  }

  ring(mspId: string): KeyRing {
    const ring = this.#rings.get(mspId);
    if (!ring) throw new Error(`no key ring of ${mspId}`);
    return ring;
  }

  async stopStores(...mspIds: string[]): Promise<void> {
    for (const mspId of mspIds) await this.#stores.get(mspId)?.close();
  }

  /** What the key service of a custodian does in the background for a patient: it hands out copies. */
  async shareDetails(pseudonym: string, mspId = CITY) {
    return sharePatientsDetails(pseudonym, { mspId, ledger: await this.ehr(mspId, 'keyservice') });
  }

  /** A patient who is registered, with keys of these categories. */
  async patient(...categories: string[]): Promise<TestWallet> {
    const wallet = new TestWallet();
    const categoryKeys = [];
    for (const category of categories) {
      const { categoryTag: tag, publicKey } = await wallet.nextKey(category);
      categoryKeys.push({ categoryTag: tag, publicKey });
    }
    const { publicKey: hpkePublicKey } = await generateHpkeKeyPair();
    const body = { jwk: wallet.jwk, hpkePublicKey, categoryKeys };
    const { jws } = await wallet.statement('PatientRegistration.v1', body);
    const registrar = await this.ehr(CITY, 'registrar');
    await registrar.registerPatient(jws);
    return wallet;
  }

  /** The patient grants whole categories to an organisation, and hands it their keys. */
  async grantCategories(wallet: TestWallet, mspId: string, ...categories: string[]) {
    const relay = await this.ehr(CITY, 'registrar');
    const scope = { categoryTags: categories.map((one) => wallet.tag(one)) };
    const grant = await wallet.grant({ grantee: { mspId }, scope });
    await relay.grantAccess(grant.jws);
    const keys: SealedCategoryKey[] = [];
    for (const category of categories) {
      const pairs = wallet.categories.get(category) ?? [];
      const at = {
        pseudonym: wallet.pseudonym,
        categoryTag: wallet.tag(category),
        epoch: pairs.length,
      };
      const half = Buffer.from(pairs.at(-1)?.privateKey ?? '', 'base64url');
      const context = categoryKeyContext({ ...at, mspId });
      const box = await sealTo(this.ring(mspId).current.publicKey, half, context);
      keys.push({ ...at, grantId: grant.jti, ...box });
    }
    const vouched = { grantee: mspId, keysHash: hashOf(keys) };
    const deposit = await wallet.statement('CategoryKeyDeposit.v1', vouched);
    await relay.depositCategoryKeys(deposit.jws, mspId, keys);
    return grant;
  }

  async #client(mspId: string, role: string): Promise<LedgerClient<MemoryLedger>> {
    const { identity, privateKeyPem } = await this.member(mspId, role);
    const serialized = new msp.SerializedIdentity();
    serialized.setMspid(mspId);
    serialized.setIdBytes(Buffer.from(identity.certificate));
    return this.ledger.as({
      ...{ mspId, certificate: identity.certificate },
      privateKey: createPrivateKey(privateKeyPem),
      creator: serialized.serializeBinary(),
    });
  }

  /** What a service proves consent by, through its own organisation's peer. */
  async #consentSource(mspId: string, role: string): Promise<ConsentSource> {
    const client = await this.#client(mspId, role);
    return { ehr: ehrInMemory(client, mspId), membership: membershipInMemory(client) };
  }

  async #serve(mspId: string): Promise<void> {
    const { members } = this.#consortium;
    const keeper = await this.member(mspId, 'store');
    const view = await this.#consentSource(mspId, 'store');
    const elsewhere = () => Promise.reject(new SalusError('ERR_NOT_FOUND', 'nothing'));
    const store = await startStore({
      home: path.join(this.home, mspId, 'store'),
      channel: CHANNEL,
      members,
      identity: keeper.identity,
      ledger: {
        ...consentLedger(view),
        getClaim: elsewhere,
        getPolicy: elsewhere,
        getStudy: elsewhere,
        computation: () => {
          throw new SalusError('ERR_NOT_FOUND', 'nothing');
        },
      },
    });
    this.#stores.set(mspId, store);
    const home = path.join(this.home, mspId, 'keys');
    const ring = await KeyRing.open(home, PASSPHRASE);
    this.#rings.set(mspId, ring);
    const { identity } = await this.member(mspId, 'keyservice');
    const source = await this.#consentSource(mspId, 'keyservice');
    const { ehr } = source;
    await keepRegistered(ring, { ehr, identity, days: 1, now: Date.now() });
    const ledger = keyServiceLedger(source);
    const options = { mspId, channel: CHANNEL, home, keys: ring, members, ledger };
    this.#keyServices.set(mspId, await startKeyService(options));
  }
}

import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ClaimsClient } from '@salus/client/claims';
import { ComputationClient } from '@salus/client/computation';
import { DrugClient } from '@salus/client/drug';
import type { RecordSettings } from '@salus/client/records';
import { StatisticsClient, StudyDesk } from '@salus/client/statistics';
import { StoreClient } from '@salus/client/stores';
import type { CallOptions, Contract, SubmitOptions } from '@salus/client/transaction';
import { identityFrom } from '@salus/memory-ledger';
import { startStore, type LedgerView, type RunningStore } from '@salus/store-service';
import { TestConsortium, type TestMember } from '@salus/testing/member';
import { readTopology } from '../deployment.js';
import { MemoryWorld } from '../memory-world.js';

/** An organisation and one of its users, as the topology names them. */
type User = readonly [organisation: string, user: string];

/** The SDK's façades, on contracts in memory and a store that runs. */
export class SdkWorld {
  readonly memory = new MemoryWorld();
  readonly consortium: TestConsortium;
  readonly #folder: string;
  readonly #members = new Map<string, Promise<TestMember>>();
  #store: RunningStore | undefined;

  private constructor(consortium: TestConsortium, folder: string) {
    this.consortium = consortium;
    this.#folder = folder;
  }

  static async open(): Promise<SdkWorld> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'salus-sdk-'));
    const memory = new MemoryWorld();
    const consortium = await TestConsortium.of(...memory.ledger.organisations);
    const world = new SdkWorld(consortium, folder);
    world.#store = await startStore({
      home: path.join(folder, 'store'),
      channel: memory.channel,
      members: consortium.members,
      identity: (await consortium.member('CityHospitalMSP', 'store')).identity,
      ledger: await world.#ledgerView(['CityHospital', 'store']),
    });
    return world;
  }

  async close(): Promise<void> {
    await this.#store?.close();
    await rm(this.#folder, { recursive: true });
  }

  /** The façades of a user whose settings name the store and a home. */
  async as(user: User, settings: RecordSettings = this.settings(user)) {
    const session = await this.#session(user);
    const computationOf = (chaincode: string) => this.computation(user, chaincode);
    const statistics = new StatisticsClient(
      session.contract('statistics'),
      computationOf('statistics'),
    );
    return {
      drug: new DrugClient(session.contract('drug')),
      claims: new ClaimsClient(session.contract('claims'), computationOf('claims'), {
        session,
        settings,
        chaincode: 'claims',
      }),
      statistics,
      studies: new StudyDesk({
        session,
        settings,
        statistics,
        computation: computationOf('statistics'),
        chaincode: 'statistics',
      }),
    };
  }

  settings([organisation, user]: User): RecordSettings {
    return {
      stores: { CityHospitalMSP: this.#store?.url ?? '' },
      home: path.join(this.#folder, organisation, user),
    };
  }

  computation(user: User, chaincode: string): ComputationClient {
    const { organisations: organizations } = this.memory.ledger;
    const setting = { mspId: `${user[0]}MSP`, organizations };
    return new ComputationClient(this.#contract(user, chaincode), setting);
  }

  /** The store, as an organisation's officer reads it, or its staff of another role. */
  async storeOf(mspId: string, role = 'committee'): Promise<StoreClient> {
    const { identity } = await this.consortium.member(mspId, role);
    return new StoreClient(this.#store?.url ?? '', identity);
  }

  async #session(user: User) {
    const { ledger, channel } = this.memory;
    const { identity } = await this.#member(user);
    return {
      channel,
      mspId: identity.mspId,
      identity,
      tlsRoots: [],
      organizations: ledger.organisations,
      contract: (chaincode: string) =>
        chaincode === 'cscc' ? this.#configuration() : this.#contract(user, chaincode),
      ask: () => Promise.reject(new Error('Nobody is asked for a signed answer here')),
    };
  }

  #contract([organisation, user]: User, name: string): Contract {
    const { ready } = this.memory.client(organisation, user);
    const client = async () => {
      await ready();
      const { identity, privateKeyPem } = await this.#member([organisation, user]);
      const { mspId, certificate } = identity;
      return this.memory.ledger.as(identityFrom(mspId, certificate, privateKeyPem));
    };
    return {
      name,
      submit: async (transaction: string, options: SubmitOptions = {}) =>
        (await client()).submit(name, transaction, options),
      evaluate: async (transaction: string, options: CallOptions = {}) =>
        (await client()).evaluate(name, transaction, options),
    };
  }

  /** The user's one certificate, with the attributes that the topology gives it. */
  async #member([organisation, name]: User): Promise<TestMember> {
    const id = `${name}@${organisation}`;
    const found = readTopology().organizations.find((each) => each.name === organisation);
    const { attributes = {} } = found?.users.find((each) => each.name === name) ?? {};
    const known =
      this.#members.get(id) ?? this.consortium.issue(`${organisation}MSP`, { name, attributes });
    this.#members.set(id, known);
    return known;
  }

  #configuration(): Contract {
    return {
      name: 'cscc',
      submit: () => Promise.reject(new Error('The configuration is read only')),
      evaluate: () => Promise.resolve(Buffer.from(this.consortium.configuration())),
    };
  }

  /** What the store asks the contracts of computations; it keeps no records here. */
  async #ledgerView(user: User): Promise<LedgerView> {
    const { claims, statistics } = await this.as(user, {});
    return {
      getClaim: (claimId: string) => claims.getClaim(claimId),
      getPolicy: (policyId: string) => claims.getPolicy(policyId),
      getStudy: (studyId: string) => statistics.getStudy(studyId),
      computation: (chaincode: string) => this.computation(user, chaincode),
    } as unknown as LedgerView;
  }
}

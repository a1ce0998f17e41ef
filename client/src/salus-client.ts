import type { SignedAnswer } from '@salus/proofs';
import type { ClaimsClient } from './claims/claims-client.js';
import type { ComputationClient } from './computation/computation-client.js';
import { chainHeight } from './connection/channel.js';
import type { PeerPool } from './connection/peer-pool.js';
import type { Question } from './connection/signed-answer.js';
import type { ConsentClient } from './consent/consent-client.js';
import type { DrugClient } from './drug/drug-client.js';
import type { EhrClient } from './ehr/ehr-client.js';
import { unwrap } from './errors/unwrap.js';
import { readEvents, type ContractEvent, type EventOptions } from './events/event-stream.js';
import type { Identity } from './identity/identity.js';
import { lazy } from './lazy.js';
import type { RecordSettings } from './records/record-settings.js';
import type { RecordsClient } from './records/records-client.js';
import type { Session } from './session/session.js';
import type { StatisticsClient } from './statistics/statistics-client.js';
import type { StudyDesk } from './statistics/study-desk.js';
import type { MembershipClient } from './membership/membership-client.js';
import type { Contract } from './transaction/contract.js';
import { GatewayContract } from './transaction/gateway-contract.js';
import type { RetryPolicy } from './transaction/retry.js';
import { findTransaction, type TransactionStatus } from './transaction/transaction-status.js';

/** An open connection to a channel, under one identity. */
export interface SalusClient extends Session, AsyncDisposable {
  /** Name of the peer that serves now. */
  readonly servedBy: string | undefined;

  /** Records: admit, register, import, list, read, erase. */
  readonly records: RecordsClient;
  /** What patients permit and deny. */
  readonly consent: ConsentClient;
  /** The ehr contract, every transaction by its own name. */
  readonly ehr: EhrClient;
  readonly drug: DrugClient;
  readonly claims: ClaimsClient;
  readonly statistics: StatisticsClient;
  /** The own organisation's figures in studies. */
  readonly studies: StudyDesk;
  /** Which organisations of the channel are hospitals, insurers, manufacturers, pharmacies, overseers. */
  readonly membership: MembershipClient;

  /** The contract `computation` that a chaincode, e.g. `claims`, carries beside its own. */
  computation(chaincode: string): ComputationClient;

  /** The number of blocks on the channel; a cheap proof that all is well. */
  height(): Promise<bigint>;

  /**
   * What became of a transaction: the question to ask after `ERR_COMMIT_UNKNOWN` or
   * `ERR_ORDERER_UNAVAILABLE`, before anything is sent again.
   *
   * @returns undefined when it isn't in the chain (yet)
   */
  transactionStatus(transactionId: string): Promise<TransactionStatus | undefined>;

  /**
   * A contract's events, in order, each at least once; resumes after a crash when the checkpointer is
   * kept in a file.
   *
   * @example
   * for await (const event of client.events({ contract: 'ehr', checkpointer: fileCheckpointer('ehr.checkpoint') })) {
   *   console.log(event.name, event.payload);
   * }
   */
  events(options: EventOptions): AsyncIterable<ContractEvent>;

  /** Ends the connection where `connect` made it. A channel of a network leaves it to the network. */
  close(): void;
}

/** What a client is made of. */
export interface SalusClientParts {
  readonly channel: string;
  readonly pool: PeerPool;
  readonly identity: Identity;
  readonly tlsRoots: readonly string[];
  /** MSP IDs of the organisations whose peers the profile names. */
  readonly organizations: readonly string[];
  readonly retry?: Partial<RetryPolicy>;
  /** Names under which the contracts are deployed, where they aren't `ehr`, `drug`, `claims`, `statistics` and `membership`. */
  readonly contracts?: ContractNames;
  readonly records?: RecordSettings;
  /** Ends the connection, where it is this client's own. */
  readonly release?: () => void;
}

/** Deployed names of the contracts. */
export type ContractNames = Partial<
  Readonly<Record<'ehr' | 'drug' | 'claims' | 'statistics' | 'membership', string>>
>;

export class SalusClientImpl implements SalusClient {
  readonly #parts: SalusClientParts;
  readonly #made = new Map<string, unknown>();

  constructor(parts: SalusClientParts) {
    this.#parts = parts;
  }

  get records(): RecordsClient {
    const make = () => new (lazy.records().RecordsClient)(this, this.#parts.records);
    return this.#once('records', make);
  }

  get consent(): ConsentClient {
    return this.#once('consent', () => new (lazy.consent().ConsentClient)(this.ehr));
  }

  get ehr(): EhrClient {
    const make = () => lazy.ehr().ehrClient(this.contract(this.#deployed('ehr')), this.mspId);
    return this.#once('ehr', make);
  }

  get drug(): DrugClient {
    const make = () => new (lazy.drug().DrugClient)(this.contract(this.#deployed('drug')));
    return this.#once('drug', make);
  }

  get claims(): ClaimsClient {
    const name = this.#deployed('claims');
    const parts = { chaincode: name, session: this, settings: this.#parts.records ?? {} };
    const make = () =>
      new (lazy.claims().ClaimsClient)(this.contract(name), this.computation(name), parts);
    return this.#once('claims', make);
  }

  get statistics(): StatisticsClient {
    const name = this.#deployed('statistics');
    const make = () =>
      new (lazy.statistics().StatisticsClient)(this.contract(name), this.computation(name));
    return this.#once('statistics', make);
  }

  get studies(): StudyDesk {
    const name = this.#deployed('statistics');
    const make = () =>
      new (lazy.studies().StudyDesk)({
        session: this,
        settings: this.#parts.records ?? {},
        statistics: this.statistics,
        computation: this.computation(name),
        chaincode: name,
      });
    return this.#once('studies', make);
  }

  get membership(): MembershipClient {
    const { MembershipClient } = lazy.membership();
    const make = () => new MembershipClient(this.contract(this.#deployed('membership')));
    return this.#once('membership', make);
  }

  get channel(): string {
    return this.#parts.channel;
  }

  get mspId(): string {
    return this.#parts.identity.mspId;
  }

  get identity(): Identity {
    return this.#parts.identity;
  }

  get tlsRoots(): readonly string[] {
    return this.#parts.tlsRoots;
  }

  get organizations(): readonly string[] {
    return this.#parts.organizations;
  }

  get servedBy(): string | undefined {
    return this.#parts.pool.current?.name;
  }

  contract(name: string): Contract {
    const { channel, pool, identity, retry } = this.#parts;
    return new GatewayContract({
      name,
      channel,
      pool,
      home: identity.mspId,
      ...(retry && { retry }),
    });
  }

  computation(chaincode: string): ComputationClient {
    const { organizations } = this.#parts;
    return new (lazy.computation().ComputationClient)(this.contract(chaincode), {
      mspId: this.mspId,
      organizations,
    });
  }

  async ask(mspId: string, question: Omit<Question, 'channel'>): Promise<SignedAnswer> {
    const { channel, pool } = this.#parts;
    try {
      return await pool.use((connection) => connection.ask({ ...question, channel }), {
        repeatable: true,
        allowed: (peer) => peer.mspId === mspId,
      });
    } catch (error) {
      throw unwrap(error);
    }
  }

  height(): Promise<bigint> {
    return chainHeight(this.#parts.pool, this.channel);
  }

  transactionStatus(transactionId: string): Promise<TransactionStatus | undefined> {
    return findTransaction(this.#parts.pool, this.channel, transactionId, 0);
  }

  events(options: EventOptions): AsyncIterable<ContractEvent> {
    return readEvents(this.#parts.pool, this.channel, options);
  }

  close(): void {
    this.#parts.release?.();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  #deployed(contract: keyof ContractNames): string {
    return this.#parts.contracts?.[contract] ?? contract;
  }

  /** A façade is made, and what it needs is loaded, when it is first asked for. */
  #once<T>(name: string, make: () => T): T {
    if (!this.#made.has(name)) this.#made.set(name, make());
    return this.#made.get(name) as T;
  }
}

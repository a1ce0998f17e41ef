import type { SignedAnswer } from '@salus/proofs';
import { ClaimsClient } from './claims/claims-client.js';
import { ComputationClient } from './computation/computation-client.js';
import { chainHeight } from './connection/channel.js';
import type { PeerPool } from './connection/peer-pool.js';
import type { Question } from './connection/signed-answer.js';
import { DrugClient } from './drug/drug-client.js';
import { ehrClient, type EhrClient } from './ehr/ehr-client.js';
import { unwrap } from './errors/unwrap.js';
import { readEvents, type ContractEvent, type EventOptions } from './events/event-stream.js';
import type { Identity } from './identity/identity.js';
import { StatisticsClient } from './statistics/statistics-client.js';
import type { Contract } from './transaction/contract.js';
import { GatewayContract } from './transaction/gateway-contract.js';
import type { RetryPolicy } from './transaction/retry.js';
import { findTransaction, type TransactionStatus } from './transaction/transaction-status.js';

/** An open connection to a channel, under one identity. */
export interface SalusClient extends AsyncDisposable {
  readonly channel: string;
  readonly mspId: string;
  /** TLS CA certificates (PEM) of the channel's organisations, from the profile: for their services. */
  readonly tlsRoots: readonly string[];
  /** MSP IDs of the organisations whose peers the profile names. */
  readonly organizations: readonly string[];
  /** Name of the peer that serves now. */
  readonly servedBy: string | undefined;

  readonly ehr: EhrClient;
  readonly drug: DrugClient;
  readonly claims: ClaimsClient;
  readonly statistics: StatisticsClient;

  /** Any contract by its name on the channel. */
  contract(name: string): Contract;

  /** The contract `computation` that a chaincode, e.g. `claims`, carries beside its own. */
  computation(chaincode: string): ComputationClient;

  /**
   * Asks a peer of one organisation, and gets its answer with its signature, to be shown to others.
   *
   * @throws SalusError `ERR_PEER_UNREACHABLE` and as `Contract.evaluate`
   */
  ask(mspId: string, question: Omit<Question, 'channel'>): Promise<SignedAnswer>;

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
  /** Names under which the contracts are deployed, where they aren't `ehr`, `drug`, `claims` and `statistics`. */
  readonly contracts?: ContractNames;
}

/** Deployed names of the contracts. */
export type ContractNames = Partial<
  Readonly<Record<'ehr' | 'drug' | 'claims' | 'statistics', string>>
>;

export class SalusClientImpl implements SalusClient {
  readonly #parts: SalusClientParts;

  readonly ehr: EhrClient;
  readonly drug: DrugClient;
  readonly claims: ClaimsClient;
  readonly statistics: StatisticsClient;

  constructor(parts: SalusClientParts) {
    this.#parts = parts;
    const names = {
      ehr: 'ehr',
      drug: 'drug',
      claims: 'claims',
      statistics: 'statistics',
      ...parts.contracts,
    };
    this.ehr = ehrClient(this.contract(names.ehr), parts.identity.mspId);
    this.drug = new DrugClient(this.contract(names.drug));
    this.claims = new ClaimsClient(this.contract(names.claims), this.computation(names.claims));
    this.statistics = new StatisticsClient(
      this.contract(names.statistics),
      this.computation(names.statistics),
    );
  }

  get channel(): string {
    return this.#parts.channel;
  }

  get mspId(): string {
    return this.#parts.identity.mspId;
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
    return new ComputationClient(this.contract(chaincode), { mspId: this.mspId, organizations });
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
    this.#parts.pool.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }
}

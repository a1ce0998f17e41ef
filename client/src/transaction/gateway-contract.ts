import type {
  ProposalOptions,
  SubmittedTransaction,
  Transaction,
} from '@hyperledger/fabric-gateway';
import { SalusError } from '@salus/protocol/errors';
import type { PeerPool } from '../connection/peer-pool.js';
import type { PeerEndpoint } from '../connection/profile.js';
import { peersDisagree } from '../errors/disagreement.js';
import { commitFailure, unwrap } from '../errors/unwrap.js';
import type { CallOptions, Contract, Submitted, SubmitOptions } from './contract.js';
import { eventually } from './eventually.js';
import { defaultRetry, withRetry, type RetryPolicy } from './retry.js';
import { findTransaction } from './transaction-status.js';

/** How long peers that refuse what another one endorsed may be behind it. A peer under load is so for seconds. */
const CATCHING_UP = { patienceMs: 10_000, pauseMs: 250, codes: [] } as const;

/** A contract reached over a pool of gateway peers. */
export class GatewayContract implements Contract {
  readonly name: string;
  readonly #channel: string;
  readonly #pool: PeerPool;
  readonly #home: string;
  readonly #retry: RetryPolicy;

  constructor(options: {
    readonly name: string;
    readonly channel: string;
    readonly pool: PeerPool;
    /** MSP ID of the own organisation. */
    readonly home: string;
    readonly retry?: Partial<RetryPolicy>;
  }) {
    this.name = options.name;
    this.#channel = options.channel;
    this.#pool = options.pool;
    this.#home = options.home;
    this.#retry = { ...defaultRetry, ...options.retry };
  }

  submit(transaction: string, options: SubmitOptions = {}): Promise<Submitted> {
    const policy =
      options.retry === false
        ? { ...this.#retry, attempts: 1 }
        : { ...this.#retry, ...options.retry };
    return withRetry(policy, () => this.#submitOnce(transaction, options));
  }

  async evaluate(transaction: string, options: CallOptions = {}): Promise<Buffer> {
    try {
      const result = await this.#pool.use(
        ({ gateway }) =>
          gateway
            .getNetwork(this.#channel)
            .getContract(this.name)
            .evaluate(transaction, { ...this.#pool.answering, ...proposalOptions(options) }),
        { repeatable: true, allowed: this.#maySee(options) },
      );
      return Buffer.from(result);
    } catch (error) {
      throw unwrap(error);
    }
  }

  async #submitOnce(name: string, options: CallOptions): Promise<Submitted> {
    const endorsed = await this.#endorse(name, options);
    const submitted = await this.#handOver(endorsed);
    const result = Buffer.from(endorsed.getResult());
    const transactionId = endorsed.getTransactionId();
    if (!('getStatus' in submitted)) return { transactionId, result, ...submitted };
    return { transactionId, result, ...(await this.#committed(submitted)) };
  }

  /** Has peers endorse. Those that are behind the own one get the time to catch up. */
  async #endorse(name: string, options: CallOptions): Promise<Transaction> {
    const isEarly = (error: unknown) => peersDisagree(error, options.endorsingOrganizations);
    try {
      return await eventually(() => this.#endorseOnce(name, options), { ...CATCHING_UP, isEarly });
    } catch (error) {
      throw unwrap(error);
    }
  }

  #endorseOnce(name: string, options: CallOptions): Promise<Transaction> {
    return this.#pool.use(
      ({ gateway }) =>
        gateway
          .getNetwork(this.#channel)
          .getContract(this.name)
          .newProposal(name, proposalOptions(options))
          .endorse(),
      { repeatable: true, allowed: this.#maySee(options) },
    );
  }

  /** Sends the transaction to the orderers. Whatever fails here, some of them may have taken it. */
  async #handOver(transaction: Transaction): Promise<SubmittedTransaction | Applied> {
    try {
      return await transaction.submit();
    } catch (error) {
      return this.#resolve(transaction.getTransactionId(), unwrap(error));
    }
  }

  async #committed(submitted: SubmittedTransaction): Promise<Applied> {
    const transactionId = submitted.getTransactionId();
    let status;
    try {
      status = await submitted.getStatus();
    } catch (error) {
      return this.#resolve(transactionId, outcomeUnknown(transactionId, error));
    }
    if (!status.successful) throw commitFailure(transactionId, status.code);
    return { blockNumber: status.blockNumber };
  }

  /** Asks the peers what became of a transaction whose answer was lost. */
  async #resolve(transactionId: string, fault: SalusError): Promise<Applied> {
    const found = await findTransaction(this.#pool, this.#channel, transactionId).catch(
      () => undefined, // the fault that led here says more
    );
    if (!found) throw fault;
    if (found.code !== 0) {
      throw commitFailure(transactionId, found.code, fault);
    }
    return { blockNumber: found.blockNumber };
  }

  /** A gateway peer reads the transient data it passes on, so another organisation's may not always. */
  #maySee({ transient, endorsingOrganizations }: CallOptions): (peer: PeerEndpoint) => boolean {
    if (!transient) return () => true;
    return ({ mspId }) =>
      mspId === this.#home || (endorsingOrganizations?.includes(mspId) ?? false);
  }
}

interface Applied {
  readonly blockNumber: bigint;
}

function proposalOptions(options: CallOptions): ProposalOptions {
  return {
    ...(options.args && { arguments: [...options.args] }),
    ...(options.transient && { transientData: { ...options.transient } }),
    ...(options.endorsingOrganizations && {
      endorsingOrganizations: [...options.endorsingOrganizations],
    }),
  };
}

function outcomeUnknown(transactionId: string, cause: unknown): SalusError {
  return new SalusError(
    'ERR_COMMIT_UNKNOWN',
    `Whether the transaction was applied is unknown: ${unwrap(cause).message}`,
    { transactionId, cause },
  );
}

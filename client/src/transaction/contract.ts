import type { RetryPolicy } from './retry.js';

/** What may be said about one call. */
export interface CallOptions {
  /** Arguments of the transaction, in order. */
  readonly args?: readonly (string | Uint8Array)[];
  /** Data that goes to the endorsing peers only, and is on no ledger. */
  readonly transient?: Readonly<Record<string, string | Uint8Array>>;
  /**
   * MSP IDs of the organisations to run the transaction. With transient data name them always: only
   * they, and the gateway peer, then see it.
   */
  readonly endorsingOrganizations?: readonly string[];
}

/** What may be said about one submitted transaction. */
export interface SubmitOptions extends CallOptions {
  /** `false` leaves conflicts to the caller. */
  readonly retry?: Partial<RetryPolicy> | false;
}

/** A transaction that was applied. */
export interface Submitted {
  readonly transactionId: string;
  readonly blockNumber: bigint;
  readonly result: Buffer;
}

/** A contract on the channel. */
export interface Contract {
  readonly name: string;

  /**
   * Has a transaction endorsed, ordered and applied, and waits for its block.
   *
   * A conflict with another transaction is retried as a new transaction, a bounded number of times. The
   * peers have then said that the first one was not applied. An unknown outcome is never retried: it is
   * asked for by transaction ID, and thrown as `ERR_COMMIT_UNKNOWN` when nobody can tell.
   *
   * @throws SalusError with the contract's own code, or `ERR_MVCC_CONFLICT`, `ERR_ENDORSEMENT_POLICY`,
   *   `ERR_ENDORSEMENT_FAILED`, `ERR_ENDORSEMENT_MISMATCH`, `ERR_CHAINCODE_UNAVAILABLE`,
   *   `ERR_ORDERER_UNAVAILABLE`, `ERR_COMMIT_FAILED`, `ERR_COMMIT_UNKNOWN`, `ERR_PEER_UNREACHABLE`,
   *   `ERR_DEADLINE_EXCEEDED`
   * @example
   * const { transactionId } = await client.contract('ehr').submit('withdrawConsent', {
   *   args: [JSON.stringify({ statement })],
   * });
   */
  submit(transaction: string, options?: SubmitOptions): Promise<Submitted>;

  /**
   * Runs a query on one peer; nothing is recorded.
   *
   * @throws SalusError as {@link submit}, as far as it applies
   */
  evaluate(transaction: string, options?: CallOptions): Promise<Buffer>;
}

import type { Contributor } from '@salus/protocol/computation';

/** What may be said about one call. */
export interface CallOptions {
  readonly args?: readonly string[];
  readonly transient?: Readonly<Record<string, string | Uint8Array>>;
  /** MSP IDs of the organisations to run the transaction; without, the gateway chooses. */
  readonly endorsingOrganizations?: readonly string[];
}

/** A transaction that was applied. */
export interface Committed {
  readonly transactionId: string;
  readonly result: Buffer;
}

/** A transaction that is endorsed and not yet ordered. */
export interface Endorsed {
  readonly transactionId: string;
  readonly result: Buffer;
  /** @throws SalusError ERR_MVCC_CONFLICT, ERR_ENDORSEMENT_POLICY */
  commit(): Promise<Committed>;
}

/** An event that a contract emitted. */
export interface WorldEvent {
  readonly name: string;
  readonly payload: Buffer;
}

/** Calls contracts as one user. Failures are SalusErrors with the same codes in every world. */
export interface WorldClient {
  /** The user, as contracts name it. */
  contributor(): Promise<Contributor>;
  submit(contract: string, transaction: string, options?: CallOptions): Promise<Committed>;
  evaluate(contract: string, transaction: string, options?: CallOptions): Promise<Buffer>;
  endorse(contract: string, transaction: string, options?: CallOptions): Promise<Endorsed>;
  /** The events of one committed transaction. */
  eventsOf(contract: string, transactionId: string): Promise<readonly WorldEvent[]>;
}

/**
 * A channel with the contracts deployed: on the ledger in memory, or a running network. Behaviour
 * suites know only this, so what holds in one holds in the other.
 */
export interface ContractWorld {
  readonly channel: string;
  /**
   * A client for a user of an organisation, as the topology names them.
   *
   * @example world.client('CityHospital', 'physician')
   */
  client(organisation: string, user: string): WorldClient;
  /** An identifier that no other test has: a network outlives a run. */
  uniqueId(prefix: string): string;
  close(): Promise<void>;
}

import { SalusError } from '@salus/protocol';
import type { ValidationCode } from './commit.js';
import type { ChaincodeEvent, Endorsement } from './endorser.js';
import type { Identity } from './identity.js';
import type { OrderedTransaction } from './ordered-transaction.js';
import { makeProposal, type Proposal } from './proposal.js';

/** What may be said about one call. */
export interface CallOptions {
  readonly args?: readonly (string | Uint8Array)[];
  readonly transient?: Readonly<Record<string, string | Uint8Array>>;
  /** MSP IDs of the organisations to run the transaction. */
  readonly endorsingOrganizations?: readonly string[];
}

/** A transaction that was applied. */
export interface Submitted {
  readonly transactionId: string;
  readonly blockNumber: bigint;
  readonly result: Buffer;
  readonly event?: ChaincodeEvent;
}

/** A transaction that peers have endorsed and nobody has ordered yet. */
export interface EndorsedTransaction extends OrderedTransaction {
  readonly transactionId: string;
  readonly result: Buffer;
  /** @throws SalusError ERR_MVCC_CONFLICT, ERR_ENDORSEMENT_POLICY */
  commit(): Promise<Submitted>;
}

/** What a client needs of a ledger. */
export interface Ledger {
  readonly channel: string;
  readonly height: number;
  readonly clock: () => Date;
  endorse(proposal: Proposal, organisations?: readonly string[]): Promise<readonly Endorsement[]>;
  simulate(proposal: Proposal, organisation: string): Promise<Endorsement>;
  commit(...transactions: readonly OrderedTransaction[]): ValidationCode[];
}

/** Calls contracts as one identity, as a gateway client would. */
export class LedgerClient<L extends Ledger = Ledger> {
  constructor(
    readonly ledger: L,
    readonly identity: Identity,
  ) {}

  /**
   * Has a transaction endorsed and commits it in a block of its own.
   *
   * @throws SalusError with the contract's own code, or ERR_ENDORSEMENT_FAILED,
   *   ERR_ENDORSEMENT_MISMATCH, ERR_ENDORSEMENT_POLICY, ERR_MVCC_CONFLICT, ERR_IDENTITY_REFUSED,
   *   ERR_CHAINCODE_UNAVAILABLE
   */
  async submit(contract: string, transaction: string, options?: CallOptions): Promise<Submitted> {
    return (await this.endorse(contract, transaction, options)).commit();
  }

  /** Has a transaction endorsed, to be committed later: for what happens in between. */
  async endorse(
    contract: string,
    transaction: string,
    options: CallOptions = {},
  ): Promise<EndorsedTransaction> {
    const { ledger } = this;
    const proposal = this.#propose(contract, transaction, options);
    const [first, ...others] = await ledger.endorse(proposal, options.endorsingOrganizations);
    if (!first) throw new SalusError('ERR_ENDORSEMENT_FAILED', 'nobody endorsed the transaction');
    const { transactionId } = proposal;
    const result = Buffer.from(first.response.payload ?? []);
    const endorsed: EndorsedTransaction = {
      transactionId,
      proposal,
      endorsements: [first, ...others],
      result,
      commit() {
        const blockNumber = BigInt(ledger.height);
        const [code] = ledger.commit(endorsed);
        if (code !== undefined && code !== 'VALID') {
          return Promise.reject(commitFailure(code, transactionId));
        }
        const { event } = first;
        return Promise.resolve({ transactionId, blockNumber, result, ...(event && { event }) });
      },
    };
    return endorsed;
  }

  /** Runs a query on the peer of the own organisation, or of the first one named. */
  async evaluate(
    contract: string,
    transaction: string,
    options: CallOptions = {},
  ): Promise<Buffer> {
    const proposal = this.#propose(contract, transaction, options);
    const organisation = options.endorsingOrganizations?.[0] ?? this.identity.mspId;
    const { response } = await this.ledger.simulate(proposal, organisation);
    return Buffer.from(response.payload ?? []);
  }

  #propose(chaincode: string, transaction: string, options: CallOptions): Proposal {
    return makeProposal(this.identity, {
      channel: this.ledger.channel,
      chaincode,
      transaction,
      args: options.args ?? [],
      transient: options.transient ?? {},
      time: this.ledger.clock(),
    });
  }
}

/** The error for a transaction that is in a block but was not applied. */
function commitFailure(code: ValidationCode, transactionId: string): SalusError {
  const policy = code === 'ENDORSEMENT_POLICY_FAILURE';
  return new SalusError(
    policy ? 'ERR_ENDORSEMENT_POLICY' : 'ERR_MVCC_CONFLICT',
    `The transaction was not applied (${code})`,
    { transactionId },
  );
}

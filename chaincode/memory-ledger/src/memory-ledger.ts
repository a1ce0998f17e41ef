import { SalusError, parseWireMessage } from '@salus/protocol';
import { toCollection, type CollectionConfig } from './collection.js';
import { applyWrites, checkReads, type ValidationCode } from './commit.js';
import { chooseEndorsers, possibleEndorsers, requiredPolicies } from './endorsement.js';
import { Endorser, type ChaincodeEvent, type ContractClass, type Endorsement } from './endorser.js';
import type { Identity } from './identity.js';
import { LedgerClient } from './ledger-client.js';
import { LedgerState } from './ledger-state.js';
import type { OrderedTransaction } from './ordered-transaction.js';
import { majorityOf, parsePolicy, satisfies } from './policy.js';
import type { Proposal } from './proposal.js';

/** The channel's own policy, by its place in the configuration: a majority of whoever is a member then. */
const MAJORITY_ENDORSEMENT = '/Channel/Application/Endorsement';

export interface MemoryLedgerOptions {
  readonly channel: string;
  /** MSP IDs; each has one peer. */
  readonly organisations: readonly string[];
  /** The clients' clock, for the time of transactions. By default no two get the same time. */
  readonly clock?: () => Date;
  /** Is told of everything that happens on the ledger, in order. */
  readonly observer?: LedgerObserver;
}

export interface DeployOptions {
  /**
   * `OutOf(2, 'AMSP.peer', …)`, or `/Channel/Application/Endorsement`: the majority of organisations, which holds where it is missing.
   */
  readonly endorsement?: string;
  readonly collections?: readonly CollectionConfig[];
}

/** A committed event. */
export interface CommittedEvent extends ChaincodeEvent {
  readonly chaincode: string;
  readonly transactionId: string;
  readonly blockNumber: bigint;
}

/** Follows a ledger, e.g. to run everything again. */
export interface LedgerObserver {
  endorsed?(proposal: Proposal, endorsements: readonly Endorsement[]): void;
  committed?(transactionIds: readonly string[]): void;
}

/** A channel in memory that treats contracts as the peers of a Fabric network do. */
export class MemoryLedger {
  readonly channel: string;
  readonly organisations: readonly string[];
  readonly clock: () => Date;
  readonly events: CommittedEvent[] = [];
  readonly #state: LedgerState;
  readonly #endorsers: ReadonlyMap<string, Endorser>;
  readonly #observer: LedgerObserver;

  constructor(options: MemoryLedgerOptions) {
    this.channel = options.channel;
    this.organisations = options.organisations;
    this.clock = options.clock ?? laterEachTime();
    this.#observer = options.observer ?? {};
    this.#state = new LedgerState(options.organisations);
    this.#endorsers = new Map(
      options.organisations.map((organisation) => [
        organisation,
        new Endorser(organisation, options.channel, this.#state),
      ]),
    );
  }

  /** Number of blocks. */
  get height(): number {
    return this.#state.height;
  }

  /**
   * Installs a chaincode on every peer, an instance each, and commits its definition.
   *
   * @param contracts - the first is the default one
   */
  deploy(
    name: string,
    contracts: ContractClass | readonly ContractClass[],
    options: DeployOptions = {},
  ): void {
    const { endorsement, collections = [] } = options;
    const all = typeof contracts === 'function' ? [contracts] : contracts;
    for (const endorser of this.#endorsers.values()) endorser.install(name, all);
    this.#state.definitions.set(name, {
      name,
      endorsement:
        endorsement === undefined || endorsement === MAJORITY_ENDORSEMENT
          ? majorityOf(this.organisations)
          : parsePolicy(endorsement),
      collections: new Map(collections.map((config) => [config.name, toCollection(config)])),
    });
  }

  /** A client that acts as this identity, through its own organisation's peer. */
  as(identity: Identity): LedgerClient<MemoryLedger> {
    return new LedgerClient(this, identity);
  }

  /**
   * Runs a proposal on one organisation's peer, without a consequence.
   *
   * @throws SalusError as the contract says, ERR_IDENTITY_REFUSED, ERR_CHAINCODE_UNAVAILABLE
   */
  async simulate(proposal: Proposal, organisation: string): Promise<Endorsement> {
    const { transactionId } = proposal;
    if (!this.organisations.includes(proposal.mspId)) {
      throw new SalusError('ERR_IDENTITY_REFUSED', `creator org unknown: ${proposal.mspId}`, {
        transactionId,
      });
    }
    const endorser = this.#endorsers.get(organisation);
    if (!endorser || !this.#state.definitions.has(proposal.chaincode)) {
      throw new SalusError(
        'ERR_CHAINCODE_UNAVAILABLE',
        `no peer of ${organisation} offers ${proposal.chaincode} on ${this.channel}`,
        { transactionId },
      );
    }
    const endorsement = await endorser.endorse(proposal);
    if (endorsement.response.status < 400) return endorsement;
    throw refusal(endorsement.response.message ?? '', transactionId);
  }

  /** Runs a proposal on the peers of the named organisations, or of those that the policies ask for. */
  async endorse(proposal: Proposal, organisations?: readonly string[]): Promise<Endorsement[]> {
    const named = organisations && organisations.length > 0 ? organisations : undefined;
    const first = await this.simulate(proposal, named?.[0] ?? proposal.mspId);
    const all = named ?? this.#chooseFrom(proposal, first);
    const endorsements = [first];
    for (const organisation of all) {
      if (organisation === first.organisation) continue;
      endorsements.push(await this.simulate(proposal, organisation));
    }
    this.#requireEqual(proposal, endorsements);
    this.#observer.endorsed?.(proposal, endorsements);
    return endorsements;
  }

  /** Orders transactions into one block and tells each one's validation code. */
  commit(...transactions: readonly OrderedTransaction[]): ValidationCode[] {
    const block = this.#state.height;
    const codes = transactions.map((transaction, tx) => {
      const { proposal, endorsements } = transaction;
      const { transactionId, chaincode, time } = proposal;
      const [{ results, event }] = endorsements;
      const code = this.#validate(transaction);
      if (code !== 'VALID') return code;
      applyWrites(this.#state, this.channel, results, {
        transactionId,
        version: { block, tx },
        time,
      });
      if (event) {
        this.events.push({ ...event, chaincode, transactionId, blockNumber: BigInt(block) });
      }
      return code;
    });
    this.#state.height += 1;
    this.#state.expire(block);
    this.#observer.committed?.(transactions.map(({ proposal }) => proposal.transactionId));
    return codes;
  }

  #validate({ proposal, endorsements }: OrderedTransaction): ValidationCode {
    const [{ results }] = endorsements;
    const endorsers = endorsements.map(({ organisation }) => organisation);
    const policies = requiredPolicies(this.#state, this.channel, proposal.chaincode, results);
    return policies.every((policy) => satisfies(policy, endorsers))
      ? checkReads(this.#state, results)
      : 'ENDORSEMENT_POLICY_FAILURE';
  }

  #chooseFrom(proposal: Proposal, { results, organisation }: Endorsement): readonly string[] {
    const { chaincode, hasTransient, transactionId } = proposal;
    const policies = requiredPolicies(this.#state, this.channel, chaincode, results);
    const candidates = possibleEndorsers(this.#state, this.channel, results, hasTransient);
    const chosen = chooseEndorsers(policies, candidates, organisation);
    if (chosen) return chosen;
    throw new SalusError(
      'ERR_ENDORSEMENT_FAILED',
      `no combination of peers can be derived which satisfy the endorsement policy of ${chaincode}`,
      { transactionId },
    );
  }

  #requireEqual({ transactionId }: Proposal, endorsements: readonly Endorsement[]): void {
    const payloads = endorsements.map(payloadOf);
    if (payloads.every((payload) => payload.equals(payloads[0] ?? Buffer.alloc(0)))) return;
    throw new SalusError(
      'ERR_ENDORSEMENT_MISMATCH',
      'ProposalResponsePayloads do not match between endorsers',
      { transactionId },
    );
  }
}

/** What endorsers sign: results, response and event. */
function payloadOf({ results, response, event }: Endorsement): Buffer {
  return Buffer.concat([
    results.toBytes(),
    Buffer.from(JSON.stringify([response.status, response.message, event?.name]), 'utf8'),
    response.payload ?? Buffer.alloc(0),
    event?.payload ?? Buffer.alloc(0),
  ]);
}

function refusal(message: string, transactionId: string): SalusError {
  const known = parseWireMessage(message);
  if (known) return new SalusError(known.code, known.message, { transactionId });
  return new SalusError('ERR_ENDORSEMENT_FAILED', `chaincode response 500, ${message}`, {
    transactionId,
  });
}

/**
 * The time of day, a millisecond later than the last answer at least: on a network too, a client that
 * waits for a transaction gives its next one a later time.
 */
function laterEachTime(): () => Date {
  let last = 0;
  return () => new Date((last = Math.max(Date.now(), last + 1)));
}

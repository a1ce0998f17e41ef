import { peer } from '@hyperledger/fabric-protos';
import type { Endorsement } from './endorser.js';
import type { LedgerObserver, MemoryLedger } from './memory-ledger.js';
import type { OrderedTransaction } from './ordered-transaction.js';
import type { Proposal } from './proposal.js';

interface EndorseStep {
  readonly kind: 'endorse';
  readonly transactionId: string;
  readonly mspId: string;
  readonly chaincode: string;
  /** Base64 of the protocol buffers. */
  readonly signed: string;
  readonly input: string;
  readonly hasTransient: boolean;
  readonly time: string;
  readonly organisations: readonly string[];
}

interface CommitStep {
  readonly kind: 'commit';
  readonly transactionIds: readonly string[];
}

/** One thing that happened on a ledger. Plain JSON. */
export type Step = EndorseStep | CommitStep;

/** What happened on a ledger, so that another process can do it again. */
export interface Recording {
  readonly steps: readonly Step[];
  /** What each endorsed transaction came to. */
  readonly outcomes: readonly Outcome[];
}

/** What endorsers sign of a transaction. */
export interface Outcome {
  readonly transactionId: string;
  /** The read-write set in its canonical form. */
  readonly results: string;
  readonly response: readonly [status: number, message: string, payload: string];
  readonly event: readonly [name: string, payload: string] | null;
}

/** Records a ledger's transactions. */
export class Recorder implements LedgerObserver {
  readonly #steps: Step[] = [];
  readonly #outcomes: Outcome[] = [];

  get recording(): Recording {
    return { steps: this.#steps, outcomes: this.#outcomes };
  }

  endorsed(proposal: Proposal, endorsements: readonly Endorsement[]): void {
    const { transactionId, mspId, chaincode, hasTransient } = proposal;
    this.#steps.push({
      kind: 'endorse',
      transactionId,
      mspId,
      chaincode,
      hasTransient,
      signed: base64(proposal.signed.serializeBinary()),
      input: base64(proposal.input.serializeBinary()),
      time: proposal.time.toISOString(),
      organisations: endorsements.map(({ organisation }) => organisation),
    });
    const [first] = endorsements;
    if (first) this.#outcomes.push(outcomeOf(transactionId, first));
  }

  committed(transactionIds: readonly string[]): void {
    this.#steps.push({ kind: 'commit', transactionIds });
  }
}

/**
 * Does everything that was recorded again, on an empty ledger with the same contracts. Each
 * transaction runs once; the other organisations' endorsements are taken as equal.
 */
export async function replay(
  ledger: MemoryLedger,
  steps: Iterable<Step> | AsyncIterable<Step>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const endorsed = new Map<string, OrderedTransaction>();
  for await (const step of steps) {
    if (step.kind === 'commit') {
      const found = step.transactionIds.map((id) => endorsed.get(id));
      ledger.commit(...found.filter((transaction) => transaction !== undefined));
      continue;
    }
    const [first = step.mspId, ...others] = step.organisations;
    const proposal = toProposal(step);
    const endorsement = await ledger.simulate(proposal, first);
    const copies = others.map((organisation) => ({ ...endorsement, organisation }));
    endorsed.set(step.transactionId, { proposal, endorsements: [endorsement, ...copies] });
    outcomes.push(outcomeOf(step.transactionId, endorsement));
  }
  return outcomes;
}

function toProposal({ signed, input, time, ...rest }: EndorseStep): Proposal {
  return {
    ...rest,
    time: new Date(time),
    signed: peer.SignedProposal.deserializeBinary(Buffer.from(signed, 'base64')),
    input: peer.ChaincodeInput.deserializeBinary(Buffer.from(input, 'base64')),
  };
}

function outcomeOf(transactionId: string, { results, response, event }: Endorsement): Outcome {
  const { status, message = '', payload = new Uint8Array() } = response;
  return {
    transactionId,
    results: results.toBytes().toString('utf8'),
    response: [status, message, base64(payload)],
    event: event ? [event.name, base64(event.payload)] : null,
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

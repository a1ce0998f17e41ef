import type { SalusClient } from '@salus/client';
import { unwrap } from '@salus/client/errors';
import { memoryCheckpointer, type Checkpointer, type ContractEvent } from '@salus/client/events';
import type { ErrorCode, SalusError } from '@salus/protocol';
import { isOvertaken } from './overtaken.js';
import { FaultReport, faultOf, pauseAfter, rest, type BackOff, type Fault } from './patience.js';

/** Which events to follow, and where to go on after a restart. */
export interface LedgerSource {
  readonly client: Pick<SalusClient, 'events' | 'height'>;
  /** Name under which the contract is deployed. */
  readonly contract: string;
  /** Without one, the position lives as long as the process. */
  readonly checkpointer?: Checkpointer;
  /** Where to begin when there is no checkpoint yet. */
  readonly from: 'now' | 'beginning' | bigint;
}

/** A failure to read events or to handle one. */
export interface FollowerFault extends Fault {
  /** The event that failed; undefined where the stream itself did. */
  readonly transactionId?: string;
  /** Whether the event was given up: it does not come again. */
  readonly isPassedOver: boolean;
}

export interface FollowerOptions {
  /**
   * Handles an event. A crash between handling and checkpoint brings the event again, so handling it
   * twice has to do no more than handling it once.
   */
  readonly handle: (event: ContractEvent) => Promise<void> | void;
  /** Told of each fault once, until something succeeds. */
  readonly report: (fault: FollowerFault) => void;
  readonly signal: AbortSignal;
  readonly backOff?: BackOff;
}

const BACK_OFF: BackOff = { firstMs: 250, mostMs: 30_000 };
/** Attempts at an event that fails for a reason of its own: none may stop those after it for ever. */
const MOST_ATTEMPTS = 8;

/**
 * Follows a contract's events in the order of the chain until the signal. Each event is handled at least
 * once: the checkpoint moves when handling has ended.
 *
 * An event whose handling fails is tried again, after longer and longer pauses. While a peer, a service or
 * the disk is away, that has no end. For any other reason there are {@link MOST_ATTEMPTS} tries. Then it is
 * reported as passed over, and the next one follows. A stream that fails is opened again at the checkpoint.
 *
 * @throws SalusError `ERR_CHECKPOINT_INVALID`: only an operator knows where to go on
 */
export async function followLedger(source: LedgerSource, options: FollowerOptions): Promise<void> {
  const follower = new Follower(source, options);
  await follower.run();
}

class Follower {
  readonly #source: LedgerSource;
  readonly #options: FollowerOptions;
  readonly #faults: FaultReport<FollowerFault>;
  readonly #checkpointer: Checkpointer;
  /** Streams that failed since the last event. */
  #failures = 0;
  /** The transaction that was handled last, by this process. */
  #handled = '';

  constructor(source: LedgerSource, options: FollowerOptions) {
    this.#source = source;
    this.#options = options;
    this.#faults = new FaultReport(options.report);
    // Kept over streams, so that one that is opened again goes on where the last one ended.
    this.#checkpointer = source.checkpointer ?? memoryCheckpointer();
  }

  async run(): Promise<void> {
    const { signal } = this.#options;
    let from = this.#source.from;
    while (!signal.aborted) {
      try {
        // Fixed once, so that "now" does not move while no event has come.
        if (from === 'now') from = await this.#source.client.height();
        await this.#read(from);
        return;
      } catch (error) {
        const fault = unwrap(error);
        if (fault.code === 'ERR_CHECKPOINT_INVALID') throw fault;
        this.#failures += 1;
        this.#faults.tell({ ...faultOf(fault), isPassedOver: false });
        await this.#pause(this.#failures);
      }
    }
  }

  async #read(from: 'beginning' | bigint): Promise<void> {
    const { client, contract } = this.#source;
    const { signal } = this.#options;
    const checkpointer = this.#checkpointer;
    for await (const event of client.events({ contract, checkpointer, from, signal })) {
      // Its checkpoint was not saved: the stream that was opened again begins with it.
      if (event.transactionId === this.#handled) continue;
      // Left with the event unhandled, the stream saves no checkpoint.
      if (!(await this.#handle(event))) return;
      this.#handled = event.transactionId;
      this.#failures = 0;
      this.#faults.forget();
    }
  }

  /** @returns whether the event is done with; false where the signal came first */
  async #handle(event: ContractEvent): Promise<boolean> {
    const { handle, signal } = this.#options;
    const { transactionId } = event;
    let ownFaults = 0;
    for (let failures = 1; !signal.aborted; failures += 1) {
      try {
        await handle(event);
        return true;
      } catch (error) {
        const fault = unwrap(error);
        if (!isAway(fault)) ownFaults += 1;
        const isPassedOver = ownFaults >= MOST_ATTEMPTS;
        if (isPassedOver || !isOvertaken(fault)) {
          this.#faults.tell({ ...faultOf(fault), transactionId, isPassedOver });
        }
        if (isPassedOver) return true;
        await this.#pause(failures);
      }
    }
    return false;
  }

  #pause(failures: number): Promise<void> {
    const { backOff = BACK_OFF, signal } = this.#options;
    return rest(pauseAfter(failures, backOff), signal);
  }
}

/** What waiting mends, whatever the event says. */
const AWAY: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'ERR_PEER_UNREACHABLE',
  'ERR_ORDERER_UNAVAILABLE',
  'ERR_CHAINCODE_UNAVAILABLE',
  'ERR_DEADLINE_EXCEEDED',
  'ERR_COMMIT_UNKNOWN',
  'ERR_SERVICE_UNREACHABLE',
  'ERR_CONTENT_UNAVAILABLE',
  'ERR_TOO_MANY_REQUESTS',
  'ERR_ENGINE_BUSY',
]);

/** A peer, a service or the disk is away; Node's system errors have a number. */
function isAway({ code, cause }: SalusError): boolean {
  return AWAY.has(code) || (cause instanceof Error && 'errno' in cause);
}

import { setTimeout as sleep } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { GatewayError, type ChaincodeEvent } from '@hyperledger/fabric-gateway';
import { SalusError } from '@salus/protocol/errors';
import { chainHeight } from '../connection/channel.js';
import type { PeerPool } from '../connection/peer-pool.js';
import { unwrap } from '../errors/unwrap.js';
import { pause } from '../transaction/retry.js';
import { memoryCheckpointer, type Checkpoint, type Checkpointer } from './checkpointer.js';

/** An event of an applied transaction. */
export interface ContractEvent {
  readonly contract: string;
  /** Past tense with version, e.g. `RecordsRegistered.v1`. */
  readonly name: string;
  readonly blockNumber: bigint;
  readonly transactionId: string;
  /** The payload, parsed. IDs and hashes only. */
  readonly payload: unknown;
}

/** Which events to read, and from where. */
export interface EventOptions {
  readonly contract: string;
  /** Where to go on after a restart. Without one, the position lives as long as the process. */
  readonly checkpointer?: Checkpointer;
  /** Where to begin when there is no checkpoint yet; default `now`. */
  readonly from?: 'now' | 'beginning' | bigint;
  /** Ends the stream. */
  readonly signal?: AbortSignal;
}

const RECONNECT = { baseMs: 200, maxMs: 5_000 };

/**
 * Reads a contract's events in the order of the chain, each **at least once**. The checkpoint moves when
 * the next event is asked for. So an event whose handling was cut off comes again. Handle events
 * idempotently, e.g. by transaction ID. A lost peer is replaced by the next of the profile.
 */
export async function* readEvents(
  pool: PeerPool,
  channel: string,
  options: EventOptions,
): AsyncGenerator<ContractEvent, void> {
  const checkpointer = options.checkpointer ?? memoryCheckpointer();
  const startBlock = await firstBlock(pool, channel, options);
  for (let failures = 0; !isAborted(options);) {
    try {
      const checkpoint = await checkpointer.load();
      for await (const event of openStream(pool, channel, { ...options, startBlock, checkpoint })) {
        failures = 0;
        yield toEvent(event);
        await checkpointer.save(event);
      }
    } catch (error) {
      if (isAborted(options)) return;
      if (!isInterruption(error)) throw unwrap(error);
    }
    failures += 1; // also where the peer ended the stream without an error
    await rest(pause({ ...RECONNECT, attempts: 0 }, failures), options);
  }
}

/** Waits, not longer than the stream is wanted. */
async function rest(milliseconds: number, { signal }: EventOptions): Promise<void> {
  await sleep(milliseconds, undefined, signal && { signal }).catch(() => undefined);
}

/** Fixed once, so that "now" doesn't move while the connection is lost before the first event. */
function firstBlock(
  pool: PeerPool,
  channel: string,
  { from = 'now' }: EventOptions,
): Promise<bigint> | bigint {
  if (from === 'now') return chainHeight(pool, channel);
  return from === 'beginning' ? 0n : from;
}

interface StreamOptions extends EventOptions {
  readonly startBlock: bigint;
  readonly checkpoint: Checkpoint | undefined;
}

async function* openStream(
  pool: PeerPool,
  channel: string,
  { contract, startBlock, checkpoint, signal }: StreamOptions,
): AsyncGenerator<ChaincodeEvent, void> {
  await chainHeight(pool, channel); // moves to a peer that works
  const events = await pool.use(
    ({ gateway }) =>
      gateway.getNetwork(channel).getChaincodeEvents(contract, {
        startBlock,
        ...(checkpoint && {
          checkpoint: {
            getBlockNumber: () => checkpoint.blockNumber,
            getTransactionId: () => checkpoint.transactionId,
          },
        }),
      }),
    { repeatable: true },
  );
  const close = () => events.close();
  signal?.addEventListener('abort', close, { once: true });
  try {
    yield* events;
  } finally {
    signal?.removeEventListener('abort', close);
    events.close();
  }
}

function toEvent(event: ChaincodeEvent): ContractEvent {
  const { chaincodeName, eventName, blockNumber, transactionId, payload } = event;
  const text = Buffer.from(payload).toString('utf8');
  return {
    contract: chaincodeName,
    name: eventName,
    blockNumber,
    transactionId,
    payload: text === '' ? undefined : parse(text),
  };
}

/** Other contracts on the channel may emit what isn't JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isAborted({ signal }: EventOptions): boolean {
  return signal?.aborted ?? false;
}

/** Of a stream whose peer went away, or that the peer ended. */
const interruptions: readonly number[] = [status.UNAVAILABLE, status.CANCELLED];

function isInterruption(error: unknown): boolean {
  return error instanceof GatewayError
    ? interruptions.includes(error.code)
    : error instanceof SalusError && error.code === 'ERR_PEER_UNREACHABLE';
}

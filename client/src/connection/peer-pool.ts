import { status } from '@grpc/grpc-js';
import { GatewayError, type ProposalOptions } from '@hyperledger/fabric-gateway';
import { SalusError } from '@salus/protocol/errors';
import { unwrap } from '../errors/unwrap.js';
import type { Identity } from '../identity/identity.js';
import type { Deadlines } from './deadlines.js';
import { PeerConnection } from './peer-connection.js';
import type { PeerEndpoint } from './profile.js';

/** How long a peer that failed is left alone before it is tried again beside the running calls. */
const REST_MS = 5_000;

interface Slot {
  readonly peer: PeerEndpoint;
  connection?: PeerConnection;
  opening?: Promise<PeerConnection>;
  failure?: { readonly error: SalusError; readonly at: number };
}

/** Which peers may serve a call, and whether it may be made again on the next one. */
export interface UseOptions {
  /** The call changes nothing where it is cut off half-way. */
  readonly repeatable: boolean;
  readonly allowed?: (peer: PeerEndpoint) => boolean;
}

export interface PoolOptions {
  readonly deadlines: Deadlines;
  /** MSP ID of the one organisation whose peers serve calls and answer queries; default all. */
  readonly only?: string;
}

/**
 * The peers of a connection profile, the own organisation's first. A call goes to the first one that
 * works; when a better one comes back, calls return to it.
 */
export class PeerPool {
  readonly #slots: readonly Slot[];
  readonly #identity: Identity;
  readonly #deadlines: Deadlines;
  #closed = false;

  /**
   * How a query says whose peers may answer it. A peer's gateway service hands a query that its own
   * chaincode fails to serve to another organisation's peer, unless the query names who may answer.
   */
  readonly answering: Pick<ProposalOptions, 'endorsingOrganizations'>;

  constructor(
    peers: readonly PeerEndpoint[],
    identity: Identity,
    { deadlines, only }: PoolOptions,
  ) {
    this.answering = only === undefined ? {} : { endorsingOrganizations: [only] };
    this.#slots = peers
      .filter(({ mspId }) => only === undefined || mspId === only)
      .map((peer) => ({ peer }));
    this.#identity = identity;
    this.#deadlines = deadlines;
  }

  /** The peer that the next call goes to, as far as is known. */
  get current(): PeerEndpoint | undefined {
    return this.#slots.find(({ connection, failure }) => connection && !failure)?.peer;
  }

  /**
   * Makes a call on the first peer that works.
   *
   * @throws what the call throws, unless the peer was lost and the call may be repeated elsewhere;
   *   the own peer's fault when no peer works.
   */
  async use<T>(call: (connection: PeerConnection) => Promise<T>, options: UseOptions): Promise<T> {
    this.#retryRested();
    const allowed = this.#slots.filter(({ peer }) => options.allowed?.(peer) ?? true);
    const candidates = [
      ...allowed.filter(({ failure }) => !failure),
      ...allowed.filter(({ failure }) => failure),
    ];
    let first: SalusError | undefined;
    for (const slot of candidates) {
      let connection: PeerConnection;
      try {
        connection = await this.#open(slot);
      } catch (error) {
        if (!(error instanceof SalusError)) throw error;
        first = preferOwn(first, error, slot, allowed);
        continue;
      }
      try {
        return await call(connection);
      } catch (error) {
        if (options.repeatable && knowsTooFewPeers(error) && slot !== candidates.at(-1)) {
          first = preferOwn(first, unwrap(error), slot, allowed);
          continue;
        }
        if (!isLost(error, connection)) throw error;
        this.#drop(slot, connection, lost(slot.peer, error));
        if (!options.repeatable) throw error;
        first = preferOwn(first, lost(slot.peer, error), slot, allowed);
      }
    }
    throw first ?? noPeerAllowed();
  }

  close(): void {
    this.#closed = true;
    for (const slot of this.#slots) {
      slot.connection?.close();
      delete slot.connection;
    }
  }

  async #open(slot: Slot): Promise<PeerConnection> {
    if (this.#closed) throw new SalusError('ERR_CLIENT_CLOSED', 'The client has been closed');
    if (slot.connection) return slot.connection;
    slot.opening ??= PeerConnection.open(slot.peer, this.#identity, this.#deadlines);
    try {
      const connection = await slot.opening;
      slot.connection = connection;
      delete slot.failure;
      return connection;
    } catch (error) {
      if (error instanceof SalusError) slot.failure = { error, at: Date.now() };
      throw error;
    } finally {
      delete slot.opening;
    }
  }

  #drop(slot: Slot, connection: PeerConnection, error: SalusError): void {
    if (slot.connection !== connection) return;
    slot.failure = { error, at: Date.now() };
    delete slot.connection;
    connection.close();
  }

  /** Tries rested peers in the background, so that no call waits for one that is still away. */
  #retryRested(): void {
    for (const slot of this.#slots) {
      if (!slot.failure || slot.opening || Date.now() - slot.failure.at < REST_MS) continue;
      this.#open(slot).catch(() => undefined); // stays marked as failed, and is told to who needs it
    }
  }
}

/** GatewayError's code is a plain number. */
const unavailable: number = status.UNAVAILABLE;

/** True when the connection broke, as opposed to an answer of the peer that says "unavailable". */
function isLost(error: unknown, connection: PeerConnection): boolean {
  return (
    error instanceof GatewayError &&
    error.code === unavailable &&
    error.details.length === 0 &&
    !connection.isReady
  );
}

/**
 * True when the peer found too few endorsers. For some seconds after its start it hasn't heard of the
 * others, while theirs have heard of all.
 */
function knowsTooFewPeers(error: unknown): boolean {
  return error instanceof GatewayError && unwrap(error).code === 'ERR_CHAINCODE_UNAVAILABLE';
}

function lost(peer: PeerEndpoint, cause: unknown): SalusError {
  return new SalusError('ERR_PEER_UNREACHABLE', `The connection to ${peer.name} broke`, {
    argument: 'profile',
    remedy: 'start the peer (`network/network.sh status` shows what runs)',
    cause,
  });
}

/** The fault to tell when all fail: that of the peer that should have served. */
function preferOwn(
  known: SalusError | undefined,
  error: SalusError,
  slot: Slot,
  allowed: readonly Slot[],
): SalusError {
  return slot === allowed[0] ? error : (known ?? error);
}

function noPeerAllowed(): SalusError {
  return new SalusError(
    'ERR_PEER_UNREACHABLE',
    "The own organisation's peer is away, and no other may see this call's private data",
    {
      remedy:
        "start the organisation's peer, or name the organisations that may see the data as endorsing organisations",
    },
  );
}

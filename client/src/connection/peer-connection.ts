import * as grpc from '@grpc/grpc-js';
import { connect, hash, type Gateway } from '@hyperledger/fabric-gateway';
import type { SignedAnswer } from '@salus/proofs';
import type { Identity } from '../identity/identity.js';
import type { Deadlines } from './deadlines.js';
import type { PeerEndpoint } from './profile.js';
import { askPeer, type Question } from './signed-answer.js';
import { explain, probe } from './tls-probe.js';

/** Fabric's own limit for one message. */
const MAX_MESSAGE_BYTES = 100 * 1024 * 1024;
/** Longer than the minute below which Fabric peers hang up on a client that pings. */
const KEEPALIVE_MS = 90_000;

/** An open connection to one peer's gateway service. */
export class PeerConnection {
  readonly peer: PeerEndpoint;
  readonly gateway: Gateway;
  readonly #client: grpc.Client;
  readonly #identity: Identity;
  readonly #deadlines: Deadlines;

  private constructor(
    peer: PeerEndpoint,
    client: grpc.Client,
    identity: Identity,
    deadlines: Deadlines,
  ) {
    this.peer = peer;
    this.#client = client;
    this.#identity = identity;
    this.#deadlines = deadlines;
    this.gateway = newGateway(client, identity, deadlines);
  }

  /**
   * Connects and waits until calls can be made.
   *
   * @throws SalusError as {@link probe}
   */
  static async open(
    peer: PeerEndpoint,
    identity: Identity,
    deadlines: Deadlines,
  ): Promise<PeerConnection> {
    await probe(peer, deadlines.connect);
    const client = new grpc.Client(peer.address, credentials(peer), {
      ...(peer.serverName !== undefined && {
        'grpc.ssl_target_name_override': peer.serverName,
        'grpc.default_authority': peer.serverName,
      }),
      'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
      'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
      'grpc.keepalive_time_ms': KEEPALIVE_MS,
    });
    try {
      await ready(client, deadlines.connect);
    } catch (cause) {
      client.close();
      throw explain(peer, cause as Error);
    }
    return new PeerConnection(peer, client, identity, deadlines);
  }

  /** Has this very peer answer a query under its signature, see {@link askPeer}. */
  ask(question: Question): Promise<SignedAnswer> {
    const { signer } = this.#identity;
    const deadline = Date.now() + this.#deadlines.evaluate;
    return askPeer({ client: this.#client, gateway: this.gateway, signer, deadline }, question);
  }

  /** Whether the transport stands right now. */
  get isReady(): boolean {
    return this.#client.getChannel().getConnectivityState(false) === grpc.connectivityState.READY;
  }

  close(): void {
    this.gateway.close();
    this.#client.close();
  }
}

function credentials(peer: PeerEndpoint): grpc.ChannelCredentials {
  return peer.tlsRootCertificates === undefined
    ? grpc.credentials.createInsecure()
    : grpc.credentials.createSsl(Buffer.from(peer.tlsRootCertificates));
}

function ready(client: grpc.Client, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    client.waitForReady(Date.now() + timeoutMs, (error) => (error ? reject(error) : resolve()));
  });
}

function newGateway(
  client: grpc.Client,
  { mspId, certificate, signer }: Identity,
  deadlines: Deadlines,
) {
  const within = (milliseconds: number) => () => ({ deadline: Date.now() + milliseconds });
  return connect({
    client,
    identity: { mspId, credentials: Buffer.from(certificate) },
    signer: (message) => signer.sign(message),
    hash: hash.none, // the signer hashes
    evaluateOptions: within(deadlines.evaluate),
    endorseOptions: within(deadlines.endorse),
    submitOptions: within(deadlines.submit),
    commitStatusOptions: within(deadlines.commit),
  });
}

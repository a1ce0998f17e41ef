import type { Deadlines } from './connection/deadlines.js';
import type { PeerPool } from './connection/peer-pool.js';
import type { ConnectionProfile } from './connection/profile.js';
import type { Identity, IdentitySource } from './identity/identity.js';
import type { RecordSettings } from './records/record-settings.js';
import { SalusClientImpl, type ContractNames, type SalusClient } from './salus-client.js';
import type { RetryPolicy } from './transaction/retry.js';

/** How to reach a network, and as whom. */
export interface NetworkOptions {
  /** File name of a connection profile (JSON), or the profile. */
  readonly profile: string | ConnectionProfile;
  readonly identity: IdentitySource;
  readonly deadlines?: Partial<Deadlines>;
  readonly retry?: Partial<RetryPolicy>;
  /**
   * `false`: only the own organisation's peers serve calls and answer queries, also where their chaincode
   * fails. For services, which believe what their peer says.
   */
  readonly failover?: boolean;
}

/** What is particular to one channel. */
export interface ChannelOptions {
  /** Names under which the contracts are deployed, where they aren't `ehr`, `drug`, `claims`, `statistics` and `membership`. */
  readonly contracts?: ContractNames;
  /** Stores and key services of the channel's organisations. */
  readonly records?: RecordSettings;
}

/** An open connection to a network under one identity. One connection serves all channels. */
export interface SalusNetwork extends AsyncDisposable {
  readonly mspId: string;
  readonly identity: Identity;
  /** MSP IDs of the organisations whose peers the profile names. */
  readonly organizations: readonly string[];
  /** Name of the peer that serves now. */
  readonly servedBy: string | undefined;

  /**
   * A channel of the network. Nothing is sent; a channel that no peer knows shows at the first call
   * (`ERR_CHANNEL_UNKNOWN`). Closing the channel's client leaves the connection open.
   *
   * @example
   * const east = network.channel('edge-east');
   * const west = network.channel('edge-west');
   */
  channel(name: string, options?: ChannelOptions): SalusClient;

  close(): void;
}

/** What a network's connection is made of. */
export interface NetworkParts {
  readonly pool: PeerPool;
  readonly identity: Identity;
  readonly tlsRoots: readonly string[];
  readonly organizations: readonly string[];
  readonly retry?: Partial<RetryPolicy>;
}

export class SalusNetworkImpl implements SalusNetwork {
  readonly #parts: NetworkParts;

  constructor(parts: NetworkParts) {
    this.#parts = parts;
  }

  get mspId(): string {
    return this.identity.mspId;
  }

  get identity(): Identity {
    return this.#parts.identity;
  }

  get organizations(): readonly string[] {
    return this.#parts.organizations;
  }

  get servedBy(): string | undefined {
    return this.#parts.pool.current?.name;
  }

  channel(name: string, options: ChannelOptions = {}): SalusClient {
    return new SalusClientImpl({ ...this.#parts, ...options, channel: name });
  }

  close(): void {
    this.#parts.pool.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }
}

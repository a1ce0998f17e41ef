import { chainHeight } from './connection/channel.js';
import { defaultDeadlines } from './connection/deadlines.js';
import { PeerPool } from './connection/peer-pool.js';
import type { Profile } from './connection/profile.js';
import { resolveIdentity } from './identity/identity.js';
import { lazy } from './lazy.js';
import { SalusClientImpl, type SalusClient } from './salus-client.js';
import {
  SalusNetworkImpl,
  type ChannelOptions,
  type NetworkOptions,
  type NetworkParts,
  type SalusNetwork,
} from './salus-network.js';

/** How to reach a channel, as whom, and where its organisations' stores and key services are. */
export interface ConnectOptions extends NetworkOptions, ChannelOptions {
  readonly channel: string;
}

/**
 * Connects to a channel, and proves that it can be used. The identity is valid. A peer's TLS certificate is
 * trusted, and the peer accepts the identity and knows the channel.
 *
 * The own organisation's peer serves every call. While it is away the profile's other peers serve, in their
 * order. Those of another organisation never get transient data unless the caller names that organisation
 * as an endorsing one.
 *
 * @throws SalusError `ERR_PROFILE_INVALID`; `ERR_IDENTITY_MISSING`, `ERR_IDENTITY_INVALID`,
 *   `ERR_IDENTITY_EXPIRED`, `ERR_KEY_MISMATCH`, `ERR_IDENTITY_REFUSED`; `ERR_PEER_UNREACHABLE`,
 *   `ERR_TLS_UNTRUSTED`, `ERR_TLS_CERTIFICATE_EXPIRED`; `ERR_CHANNEL_UNKNOWN`
 * @example
 * await using client = await connect({
 *   profile: 'connection-cityhospital.json',
 *   identity: { mspDir: 'users/physician@cityhospital.salus.example/msp' },
 *   channel: 'edge-east',
 *   records: {
 *     stores: { CityHospitalMSP: 'https://localhost:8443', ValleyHospitalMSP: 'https://localhost:8444' },
 *     keyServices: { CityHospitalMSP: 'https://localhost:8445' },
 *   },
 * });
 * const { content } = await client.records.read({ pseudonym, recordId, purpose: 'TREAT' });
 */
export async function connect(options: ConnectOptions): Promise<SalusClient> {
  const parts = await openParts(options);
  const { pool } = parts;
  try {
    await chainHeight(pool, options.channel);
  } catch (error) {
    pool.close();
    throw error;
  }
  const { channel, contracts, records } = options;
  return new SalusClientImpl({
    ...parts,
    channel,
    ...(contracts && { contracts }),
    ...(records && { records }),
    release: () => pool.close(),
  });
}

/**
 * Connects to a network of several channels, and proves that a peer can be reached. One connection and
 * one identity serve all of its channels.
 *
 * @throws SalusError as {@link connect}, but nothing of channels
 * @example
 * await using network = await connectNetwork({
 *   profile: 'connection-cityhospital.json',
 *   identity: { mspDir: 'users/physician@cityhospital.salus.example/msp' },
 * });
 * console.log(await network.channel('edge-east').height());
 */
export async function connectNetwork(options: NetworkOptions): Promise<SalusNetwork> {
  const parts = await openParts(options);
  try {
    await parts.pool.use(() => Promise.resolve(), { repeatable: true });
  } catch (error) {
    parts.pool.close();
    throw error;
  }
  return new SalusNetworkImpl(parts);
}

async function openParts(options: NetworkOptions): Promise<NetworkParts> {
  const { retry } = options;
  const profile = lazy.profile().loadProfile(options.profile);
  const identity = await resolveIdentity(options.identity, profile.mspId);
  const deadlines = { ...defaultDeadlines, ...options.deadlines };
  return {
    pool: new PeerPool(profile.peers, identity, {
      deadlines,
      ...(options.failover === false && { only: profile.mspId }),
    }),
    identity,
    tlsRoots: tlsRootsOf(profile),
    organizations: [...new Set(profile.peers.map(({ mspId }) => mspId))],
    ...(retry && { retry }),
  };
}

function tlsRootsOf({ peers }: Profile): string[] {
  return peers.flatMap(({ tlsRootCertificates: pem }) => (pem === undefined ? [] : [pem]));
}

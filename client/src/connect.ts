import { chainHeight } from './connection/channel.js';
import { defaultDeadlines, type Deadlines } from './connection/deadlines.js';
import { PeerPool } from './connection/peer-pool.js';
import { loadProfile, type ConnectionProfile, type Profile } from './connection/profile.js';
import { resolveIdentity, type IdentitySource } from './identity/identity.js';
import { SalusClientImpl, type ContractNames, type SalusClient } from './salus-client.js';
import type { RetryPolicy } from './transaction/retry.js';

/** How to reach a channel, and as whom. */
export interface ConnectOptions {
  /** File name of a connection profile (JSON), or the profile. */
  readonly profile: string | ConnectionProfile;
  readonly identity: IdentitySource;
  readonly channel: string;
  readonly deadlines?: Partial<Deadlines>;
  readonly retry?: Partial<RetryPolicy>;
  /** `false` keeps to the own organisation's peers. */
  readonly failover?: boolean;
  /** Names under which the contracts are deployed, where they aren't `ehr`, `drug` and `claims`. */
  readonly contracts?: ContractNames;
}

/**
 * Connects to a channel, and proves that it can be used: the identity is valid, a peer's TLS
 * certificate is trusted, the peer accepts the identity and knows the channel.
 *
 * The own organisation's peer serves every call. When it is away the profile's other peers do, in
 * their order, until it is back; those of another organisation never get transient data unless that
 * organisation is named as an endorsing one.
 *
 * @throws SalusError `ERR_PROFILE_INVALID`; `ERR_IDENTITY_MISSING`, `ERR_IDENTITY_INVALID`,
 *   `ERR_IDENTITY_EXPIRED`, `ERR_KEY_MISMATCH`, `ERR_IDENTITY_REFUSED`; `ERR_PEER_UNREACHABLE`,
 *   `ERR_TLS_UNTRUSTED`, `ERR_TLS_CERTIFICATE_EXPIRED`; `ERR_CHANNEL_UNKNOWN`
 * @example
 * await using client = await connect({
 *   profile: 'connection-cityhospital.json',
 *   identity: { mspDir: 'users/physician@cityhospital.salus.example/msp' },
 *   channel: 'edge-east',
 * });
 * const record = await client.ehr.getRecord(recordId);
 */
export async function connect(options: ConnectOptions): Promise<SalusClient> {
  const profile = loadProfile(options.profile);
  const identity = await resolveIdentity(options.identity, profile.mspId);
  const deadlines = { ...defaultDeadlines, ...options.deadlines };
  const peers =
    options.failover === false
      ? profile.peers.filter(({ mspId }) => mspId === profile.mspId)
      : profile.peers;
  const pool = new PeerPool(peers, identity, deadlines);
  try {
    await chainHeight(pool, options.channel);
  } catch (error) {
    pool.close();
    throw error;
  }
  const organizations = [...new Set(profile.peers.map(({ mspId }) => mspId))];
  const tlsRoots = tlsRootsOf(profile);
  return new SalusClientImpl({ ...options, pool, identity, tlsRoots, organizations });
}

function tlsRootsOf({ peers }: Profile): string[] {
  return peers.flatMap(({ tlsRootCertificates: pem }) => (pem === undefined ? [] : [pem]));
}

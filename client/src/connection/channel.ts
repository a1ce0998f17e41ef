import { common } from '@hyperledger/fabric-protos';
import { SalusError } from '@salus/protocol/errors';
import { unwrap } from '../errors/unwrap.js';
import type { PeerPool } from './peer-pool.js';

/**
 * The number of blocks on a channel. Answering needs the peer, the identity and the channel to be in
 * order, so this serves as the check of a connection too.
 *
 * @throws SalusError `ERR_CHANNEL_UNKNOWN`, `ERR_IDENTITY_REFUSED`, `ERR_PEER_UNREACHABLE`
 */
export async function chainHeight(pool: PeerPool, channel: string): Promise<bigint> {
  try {
    const info = await pool.use(
      ({ gateway }) =>
        gateway
          .getNetwork(channel)
          .getContract('qscc')
          .evaluate('GetChainInfo', { arguments: [channel], ...pool.answering }),
      { repeatable: true },
    );
    return BigInt(common.BlockchainInfo.deserializeBinary(info).getHeight());
  } catch (cause) {
    const error = unwrap(cause);
    if (error.code !== 'ERR_CHANNEL_UNKNOWN') throw error;
    throw new SalusError('ERR_CHANNEL_UNKNOWN', `No peer knows the channel ${channel}`, {
      argument: 'channel',
      got: channel,
      remedy:
        'check its name with `peer channel list`; `network/network.sh createChannel` makes one',
      cause,
    });
  }
}

import { common, msp } from '@hyperledger/fabric-protos';
import { SalusError } from '@salus/protocol';
import { readOrganisation, type Organisation } from './organisation.js';

/** What a channel's configuration says about who may speak for whom. */
export interface ChannelTrust {
  readonly channel: string;
  /** How often the configuration had changed; tells which one it is. */
  readonly sequence: number;
  /** The application's organisations by MSP ID. */
  readonly organisations: ReadonlyMap<string, Organisation>;
}

/**
 * Reads a channel's configuration block, as a peer's `cscc.GetConfigBlock` and `peer channel fetch
 * config` give it. The block is the one thing that verifying takes on trust: get it from a member.
 *
 * @throws SalusError `ERR_CHANNEL_CONFIG_INVALID`
 */
// Callers await it, so that what it throws rejects.
// eslint-disable-next-line @typescript-eslint/require-await
export async function readChannelConfig(block: Uint8Array): Promise<ChannelTrust> {
  try {
    const { channel, config } = open(block);
    const groups = config.getChannelGroup()?.getGroupsMap().get('Application')?.getGroupsMap();
    const organisations = new Map<string, Organisation>();
    for (const [, group] of groups?.entries() ?? []) {
      const { mspId, ...organisation } = readOrganisation(mspConfig(group));
      organisations.set(mspId, organisation);
    }
    if (organisations.size === 0) throw new Error('it names no organisation');
    return { channel, sequence: config.getSequence(), organisations };
  } catch (cause) {
    throw new SalusError(
      'ERR_CHANNEL_CONFIG_INVALID',
      'The file is not a configuration block of a channel with organisations',
      { argument: 'channel-config', cause },
    );
  }
}

function open(bytes: Uint8Array): { channel: string; config: common.Config } {
  const [envelope] = common.Block.deserializeBinary(bytes).getData()?.getDataList_asU8() ?? [];
  const payload = common.Payload.deserializeBinary(
    common.Envelope.deserializeBinary(present(envelope)).getPayload_asU8(),
  );
  const header = common.ChannelHeader.deserializeBinary(
    present(payload.getHeader()).getChannelHeader_asU8(),
  );
  const configuration = common.ConfigEnvelope.deserializeBinary(payload.getData_asU8());
  return { channel: header.getChannelId(), config: present(configuration.getConfig()) };
}

function mspConfig(group: common.ConfigGroup): msp.FabricMSPConfig {
  const value = present(group.getValuesMap().get('MSP')).getValue_asU8();
  return msp.FabricMSPConfig.deserializeBinary(
    msp.MSPConfig.deserializeBinary(value).getConfig_asU8(),
  );
}

function present<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('a part is missing');
  return part;
}

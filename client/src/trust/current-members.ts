import { common, msp } from '@hyperledger/fabric-protos';
import {
  readAuthorities,
  type Authorities,
  type MemberRoots,
  type MemberSource,
} from '@salus/proofs';
import type { Contract } from '../transaction/contract.js';

/** A channel whose configuration the own peer tells. */
export interface ConfiguredChannel {
  readonly channel: string;
  contract(name: string): Pick<Contract, 'evaluate'>;
}

/** So long a service may take a certificate after the channel's configuration has revoked it. */
const REFRESH_MS = 10_000;

/**
 * Reads the members anew when they are asked for and older than ten seconds, so that a revocation
 * reaches services that run. When the peer doesn't answer, neither do they.
 */
export function currentMembers(
  client: ConfiguredChannel,
  clock: () => number = Date.now,
): MemberSource {
  let known: { readonly members: Promise<MemberRoots>; readonly at: number } | undefined;
  return async () => {
    const now = clock();
    if (known === undefined || now - known.at >= REFRESH_MS) {
      known = { members: readMemberRoots(client), at: now };
    }
    try {
      return await known.members;
    } catch (error) {
      known = undefined;
      throw error;
    }
  };
}

/**
 * Asks the own peer for the channel's configuration: who its members are, which CAs speak for them,
 * and whom these have revoked. Nothing has to be handed around in files.
 */
export async function readMemberRoots(client: ConfiguredChannel): Promise<MemberRoots> {
  const bytes = await client
    .contract('cscc')
    .evaluate('GetChannelConfig', { args: [client.channel] });
  const groups = common.Config.deserializeBinary(bytes)
    .getChannelGroup()
    ?.getGroupsMap()
    .get('Application')
    ?.getGroupsMap();
  const roots = new Map<string, Authorities>();
  for (const [, group] of groups?.entries() ?? []) {
    const value = group.getValuesMap().get('MSP')?.getValue_asU8();
    if (value === undefined) continue;
    const config = msp.FabricMSPConfig.deserializeBinary(
      msp.MSPConfig.deserializeBinary(value).getConfig_asU8(),
    );
    const authorities = [
      ...config.getRootCertsList_asU8(),
      ...config.getIntermediateCertsList_asU8(),
    ];
    const certificates = authorities.map((pem) => Buffer.from(pem).toString('utf8'));
    const lists = config.getRevocationListList_asU8();
    roots.set(config.getName(), readAuthorities(certificates, lists));
  }
  return roots;
}

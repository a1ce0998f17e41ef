import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ownOf } from '@salus/protocol';
import { peerEnvironment, runPeer, runPeerWithOrderer } from '../chaincode/peer-command.js';
import type { FabricBinaries } from '../fabric/binaries.js';
import { NetworkError } from '../instance/errors.js';
import type { Instance } from '../instance/instance.js';
import type { Organization } from '../instance/organization.js';
import { runCommand } from '../instance/run-command.js';
import { type ChannelConfig, ConfigFiles } from './config-files.js';

const takeOverMilliseconds = 60_000;
const pollMilliseconds = 200;

type Tools = Pick<FabricBinaries, 'peer' | 'configFolder' | 'configtxgen' | 'configtxlator'>;
type MemberGroup = NonNullable<
  ChannelConfig['channel_group']['groups']['Application']['groups'][string]
>;

/** An organization that becomes a member of a channel. */
export interface Membership {
  readonly instance: Instance;
  readonly tools: Tools;
  readonly channel: string;
  readonly joining: Organization;
  /** Its entry in the channel's configuration. */
  readonly group: MemberGroup;
}

const again = 'See network.sh status, then run addOrg again.';

const membersIn = (config: ChannelConfig) => config.channel_group.groups.Application.groups;

/** The MSP IDs of a channel's members. */
export const memberIds = (config: ChannelConfig): string[] => Object.keys(membersIn(config));

async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(path.join(tmpdir(), 'salus-channel-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A channel's configuration as the peer of one member has it. */
export const channelConfig = (
  instance: Instance,
  member: Organization,
  tools: Tools,
  channel: string,
): Promise<ChannelConfig> =>
  inFolder(async (folder) => {
    const block = path.join(folder, 'config.block');
    const env = peerEnvironment(instance, member, tools);
    // Without an orderer's address the peer itself gives the block.
    await runPeer(tools, env, ['channel', 'fetch', 'config', block, '-c', channel]);
    return new ConfigFiles(folder, tools.configtxlator).configOf(block);
  });

/** What stock configtxgen makes of an organization's entry in the instance's configtx.yaml. */
export async function memberGroup(
  instance: Pick<Instance, 'home'>,
  { mspId }: Organization,
  { configtxgen }: Tools,
): Promise<MemberGroup> {
  const args = ['-configPath', instance.home, '-printOrg', mspId];
  const { stdout } = await runCommand(configtxgen, args);
  return JSON.parse(stdout) as MemberGroup;
}

/** Whether a channel has the organization as a member, with this very certificate authority. */
function hasMember(config: ChannelConfig, { mspId }: Organization, group: MemberGroup): boolean {
  const rootsOf = ({ values }: MemberGroup) =>
    JSON.stringify((values.MSP.value.config as { root_certs?: string[] }).root_certs);
  const present = ownOf(membersIn(config), mspId);
  return present !== undefined && rootsOf(present) === rootsOf(group);
}

/**
 * Makes an organization a member of a channel by a configuration update. The administrators of the signers
 * sign it, each with its own identity. The first of them submits it. One that is a member already is left
 * as it is.
 *
 * @returns whether it was not a member before
 * @throws NetworkError ERR_CHANNEL if the orderers refuse the update
 */
export async function addToChannel(
  { instance, tools, channel, joining, group }: Membership,
  signers: readonly Organization[],
): Promise<boolean> {
  const [submitter, ...others] = signers;
  if (!submitter) return false;
  const config = await channelConfig(instance, submitter, tools, channel);
  if (hasMember(config, joining, group)) return false;
  const changed = structuredClone(config);
  membersIn(changed)[joining.mspId] = group;
  await inFolder(async (folder) => {
    const files = new ConfigFiles(folder, tools.configtxlator);
    const update = await files.updateEnvelope(channel, config, changed);
    // One after the other: each adds its signature to the same file. The submitter's comes last.
    for (const signer of others) {
      const env = peerEnvironment(instance, signer, tools);
      await runPeer(tools, env, ['channel', 'signconfigtx', '-f', update]);
    }
    try {
      const args = ['channel', 'update', '-c', channel, '-f', update];
      await runPeerWithOrderer(instance, submitter, tools, args);
    } catch (cause) {
      const told = `The configuration of ${channel} was not changed: ${(cause as Error).message}`;
      throw new NetworkError('ERR_CHANNEL', told, again, { cause });
    }
  });
  return true;
}

/**
 * Waits until the peer of a member knows of the new one.
 *
 * @throws NetworkError ERR_CHANNEL if the update does not arrive
 */
export async function waitForMember(
  { instance, tools, channel, joining, group }: Membership,
  member: Organization,
): Promise<void> {
  const deadline = Date.now() + takeOverMilliseconds;
  while (!hasMember(await channelConfig(instance, member, tools, channel), joining, group)) {
    if (Date.now() > deadline) {
      const told = `${member.peer} has not heard that ${joining.name} is a member of ${channel}.`;
      throw new NetworkError('ERR_CHANNEL', told, again);
    }
    await delay(pollMilliseconds);
  }
}

/** How many blocks the peer of a member has of a channel. */
export async function channelHeight(
  instance: Instance,
  member: Organization,
  tools: Tools,
  channel: string,
): Promise<number> {
  const env = peerEnvironment(instance, member, tools);
  const { stdout } = await runPeer(tools, env, ['channel', 'getinfo', '-c', channel]);
  return Number(/"height":(\d+)/.exec(stdout)?.[1] ?? 0);
}

/**
 * Waits until a peer that has just joined has every block that a member has now.
 *
 * @throws NetworkError ERR_CHANNEL if its blocks stop coming
 */
export async function waitCaughtUp(
  { instance, tools, channel, joining }: Membership,
  member: Organization,
): Promise<void> {
  const wanted = await channelHeight(instance, member, tools, channel);
  // Until the block that made its organization a member has come, the peer refuses to tell.
  const heightNow = () => channelHeight(instance, joining, tools, channel).catch(() => 0);
  let height = 0;
  let deadline = Date.now() + takeOverMilliseconds;
  for (;;) {
    const now = await heightNow();
    if (now >= wanted) return;
    // A long ledger takes its time: only one that stands still is at fault.
    if (now > height) deadline = Date.now() + takeOverMilliseconds;
    height = now;
    if (Date.now() > deadline) {
      const told = `${joining.peer} has ${String(height)} of ${String(wanted)} blocks of ${channel} and gets no more.`;
      const remedy = `Read network.sh logs ${joining.peer}, then run addOrg again.`;
      throw new NetworkError('ERR_CHANNEL', told, remedy);
    }
    await delay(pollMilliseconds);
  }
}

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { peerEnvironment, runPeer, runPeerWithOrderer } from '../chaincode/peer-command.js';
import { CaClient } from '../crypto/ca-client.js';
import { administrator, administratorSecret, rootCertificateFile } from '../crypto/ca-server.js';
import type { FabricBinaries } from '../fabric/binaries.js';
import { NetworkError } from '../instance/errors.js';
import { findOrganization, type Instance } from '../instance/instance.js';
import type { Organization } from '../instance/organization.js';
import { type ChannelConfig, ConfigFiles } from './config-files.js';

const takeOverMilliseconds = 30_000;
const pollMilliseconds = 200;

/** What a revocation did. */
export interface Revocation {
  readonly organization: string;
  readonly user: string;
  /** Channels whose configuration has the revocation list. */
  readonly channels: readonly string[];
}

/**
 * Revokes every certificate of a user. The organization's Fabric CA then neither enrols nor renews it. In
 * every channel a configuration update brings the CA's revocation list into the organization's MSP. By the
 * channel's policy the organization's own administrator signs that. Ends when the peer of every
 * organization refuses the user.
 *
 * @throws NetworkError ERR_ARGUMENT for who can't be revoked, ERR_CA_REQUEST, ERR_CHANNEL
 */
export async function revoke(
  instance: Instance,
  binaries: FabricBinaries,
  name: string,
  user: string,
): Promise<Revocation> {
  const organization = findOrganization(instance, name);
  if ([administrator, 'Admin', organization.peer].includes(user)) {
    const remedy = 'Give another user; this one has to be replaced in the MSP before.';
    const message = `${organization.name} can not work without ${user}.`;
    throw new NetworkError('ERR_ARGUMENT', message, remedy);
  }
  const list = await revokeAtCa(instance, organization, user);
  const channels = channelsOf(instance);
  for (const channel of channels) {
    await bringIntoChannel(instance, organization, binaries, channel, list).catch(
      (cause: unknown) => {
        const message = `${user} is revoked at the CA, but not in ${channel}: ${String(cause)}`;
        const remedy = 'See with network.sh status that every node runs, then revoke once more.';
        throw new NetworkError('ERR_CHANNEL', message, remedy, { cause });
      },
    );
  }
  return { organization: organization.name, user, channels };
}

/** The channels that were created, by their first blocks. */
function channelsOf({ home }: Instance): string[] {
  const folder = path.join(home, 'channel-artifacts');
  const files = existsSync(folder) ? readdirSync(folder) : [];
  return files.filter((file) => file.endsWith('.block')).map((file) => path.parse(file).name);
}

/** @returns the CA's revocation list, in PEM */
async function revokeAtCa(instance: Instance, organization: Organization, user: string) {
  if (!existsSync(rootCertificateFile(organization, 'identity'))) {
    const remedy = 'Bring the network up with Fabric CAs: network.sh up -ca.';
    throw new NetworkError('ERR_ARGUMENT', 'cryptogen made the identities: no CA runs.', remedy);
  }
  const address = { host: instance.host, port: organization.ports.ca };
  const tlsRoot = readFileSync(rootCertificateFile(organization, 'tls'), 'utf8');
  const client = new CaClient(address, organization.caNames.identity, tlsRoot);
  try {
    const secret = administratorSecret(organization, 'identity');
    const registrar = await client.enroll(administrator, secret);
    await client.revoke(registrar, user);
    return await client.revocationList(registrar);
  } finally {
    client.close();
  }
}

async function bringIntoChannel(
  instance: Instance,
  organization: Organization,
  binaries: FabricBinaries,
  channel: string,
  list: string,
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'salus-revoke-'));
  const files = new ConfigFiles(folder, binaries.configtxlator);
  const wanted = Buffer.from(list).toString('base64');
  const lists = (config: ChannelConfig) => {
    const { groups } = config.channel_group.groups.Application;
    const msp = groups[organization.mspId]?.values.MSP.value.config;
    if (msp) return msp;
    throw new NetworkError('ERR_CHANNEL', `${organization.name} is not in ${channel}.`);
  };
  const current = async (member: Organization) => {
    const block = path.join(folder, `${member.name}.block`);
    const env = peerEnvironment(instance, member, binaries);
    // Without an orderer's address the peer itself gives the block.
    await runPeer(binaries, env, ['channel', 'fetch', 'config', block, '-c', channel]);
    return files.configOf(block);
  };
  try {
    const config = await current(organization);
    const changed = structuredClone(config);
    // The list of an organization's one authority holds whatever it has revoked before.
    lists(changed).revocation_list = [wanted];
    const update = await files.updateEnvelope(channel, config, changed);
    const args = ['channel', 'update', '-c', channel, '-f', update];
    await runPeerWithOrderer(instance, organization, binaries, args);
    await Promise.all(
      instance.organizations.map((member) =>
        until(
          () =>
            current(member).then(
              (now) => lists(now).revocation_list?.includes(wanted) === true,
              () => false,
            ),
          `${member.peer} has not taken over the revocation list in ${channel}.`,
        ),
      ),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function until(done: () => Promise<boolean>, otherwise: string): Promise<void> {
  const deadline = Date.now() + takeOverMilliseconds;
  while (!(await done())) {
    if (Date.now() > deadline) throw new NetworkError('ERR_CHANNEL', otherwise);
    await delay(pollMilliseconds);
  }
}

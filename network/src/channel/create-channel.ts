import { existsSync, mkdirSync, renameSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import path from 'node:path';
import { peerEnvironment } from '../chaincode/peer-command.js';
import type { FabricBinaries } from '../fabric/binaries.js';
import { NetworkError } from '../instance/errors.js';
import type { Instance } from '../instance/instance.js';
import type { Organization } from '../instance/organization.js';
import { runCommand } from '../instance/run-command.js';
import { channelName } from '../instance/topology.js';
import { configtxTemplate, fillConfigtx } from './configtx.js';

/**
 * Makes a channel's genesis block, joins every orderer and then every peer. What has joined already
 * is left as it is.
 *
 * @throws NetworkError ERR_ARGUMENT for a name Fabric refuses, ERR_CHANNEL if a node refuses to join
 */
export async function createChannel(
  instance: Instance,
  binaries: FabricBinaries,
  channel: string,
): Promise<void> {
  if (!channelName.safeParse(channel).success) {
    const remedy = 'Use lower-case letters, digits, dots and dashes, a letter first.';
    throw new NetworkError('ERR_ARGUMENT', `${channel} is not a channel name.`, remedy);
  }
  const block = await genesisBlock(instance, binaries, channel);
  await Promise.all(
    instance.organizations
      .filter((each) => each.orderer !== undefined)
      .map((each) => joinOrderer(instance, each, block)),
  );
  await Promise.all(
    instance.organizations.map((each) => joinPeer(instance, each, binaries, block)),
  );
}

async function genesisBlock(instance: Instance, binaries: FabricBinaries, channel: string) {
  const artifacts = path.join(instance.home, 'channel-artifacts');
  mkdirSync(artifacts, { recursive: true, mode: 0o700 });
  const block = path.join(artifacts, `${channel}.block`);
  // A second block would differ from the one that some nodes may have joined with.
  if (existsSync(block)) return block;
  const filled = fillConfigtx(readFileSync(configtxTemplate, 'utf8'), instance);
  writeFileSync(path.join(instance.home, 'configtx.yaml'), filled, { mode: 0o600 });
  const unfinished = `${block}.new`;
  const args = ['-configPath', instance.home, '-profile', 'EdgeChannel'];
  await runCommand(binaries.configtxgen, [
    ...args,
    '-channelID',
    channel,
    '-outputBlock',
    unfinished,
  ]);
  renameSync(unfinished, block);
  return block;
}

/** Joins through the orderer's channel participation interface, whose status code osnadmin ignores. */
function joinOrderer(instance: Instance, organization: Organization, block: string): Promise<void> {
  const { directories, domain, ports, orderer } = organization;
  const tls = path.join(directories.ordererOrganization, 'users', `Admin@${domain}`, 'tls');
  const read = (name: string) => readFileSync(path.join(tls, name));
  const boundary = 'salus-config-block';
  const body = Buffer.concat([
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="config-block"; filename="config.block"\r\n\r\n`,
    ),
    readFileSync(block),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  const options = {
    host: instance.host,
    port: ports.ordererAdmin,
    path: '/participation/v1/channels',
    ca: read('ca.crt'),
    cert: read('client.crt'),
    key: read('client.key'),
    method: 'POST',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  };
  return new Promise((resolve, reject) => {
    const fail = (why: string) =>
      reject(new NetworkError('ERR_CHANNEL', `${orderer ?? ''} did not join: ${why}`));
    const outgoing = request(options, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
      response.on('end', () => {
        // 405: the orderer has joined the channel already.
        if (response.statusCode === 201 || response.statusCode === 405) resolve();
        else fail(`HTTP ${response.statusCode ?? 0} ${text.trim()}`);
      });
    });
    outgoing.on('error', (cause) => fail(cause.message));
    outgoing.end(body);
  });
}

/** Joins the peer of an organization; one that has joined is left as it is. */
export async function joinPeer(
  instance: Instance,
  organization: Organization,
  binaries: FabricBinaries,
  block: string,
): Promise<void> {
  const env = peerEnvironment(instance, organization, binaries);
  try {
    await runCommand(binaries.peer, ['channel', 'join', '-b', block], { env });
  } catch (cause) {
    const { message } = cause as Error;
    if (message.includes('already exists')) return;
    throw new NetworkError('ERR_CHANNEL', `${organization.peer} did not join: ${message}`);
  }
}

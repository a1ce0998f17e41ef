import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { peerAddress, peerEnvironment, peerTlsRoot } from '../chaincode/peer-command.js';
import { fabricBinaries } from '../fabric/binaries.js';
import { findOrganization, type Instance, nodeDirectory } from '../instance/instance.js';

const run = promisify(execFile);
const POLL_MS = 200;
const PATIENCE_MS = 5 * 60_000;

/**
 * Has an organization's peer write a snapshot of a channel as it is now.
 *
 * @returns its folder
 * @throws Error where the peer refuses, or has not written it in five minutes
 */
export async function takeSnapshot(
  instance: Instance,
  organizationName: string,
  channel: string,
): Promise<string> {
  const organization = findOrganization(instance, organizationName);
  const folder = path.join(
    ...[nodeDirectory(instance, organization.peer), 'data', 'snapshots', 'completed', channel],
  );
  const made = () => (existsSync(folder) ? readdirSync(folder) : []);
  const before = made().length;
  const tools = await fabricBinaries();
  const peer = ['--peerAddress', peerAddress(instance, organization)];
  const tls = ['--tlsRootCertFile', peerTlsRoot(organization)];
  const request = ['snapshot', 'submitrequest', '-c', channel, '-b', '0', ...peer, ...tls];
  await run(tools.peer, request, { env: peerEnvironment(instance, organization, tools) });
  const end = Date.now() + PATIENCE_MS;
  while (made().length === before) {
    if (Date.now() > end) throw new Error(`${organization.peer} has written no snapshot`);
    await sleep(POLL_MS);
  }
  return path.join(folder, String(Math.max(...made().map(Number))));
}

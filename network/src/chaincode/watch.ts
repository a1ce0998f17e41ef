import { spawn } from 'node:child_process';
import { existsSync, readFileSync, watch } from 'node:fs';
import path from 'node:path';
import { NetworkError } from '../instance/errors.js';
import { findOrganization, nodeDirectory } from '../instance/instance.js';
import type { DeployContext } from './context.js';
import { readContractFolder } from './contract-folder.js';
import { readRecord } from './record.js';
import { copyCode } from './server-code.js';
import { bookAddress, serverName, waitForServer } from './server.js';

/** A deployed chaincode, to be kept at what its sources say. */
export interface WatchRequest {
  readonly channel: string;
  readonly name: string;
  readonly folder: string;
}

const settleMilliseconds = 200;
const notSources = /(^|[\\/])(node_modules|dist|build|coverage|\.[^\\/]*)([\\/]|$)|\.tsbuildinfo$/;

/** The nearest folder, from the contract's own upwards, whose package.json has a build script. */
export function buildFolderOf(folder: string): string | undefined {
  const file = path.join(folder, 'package.json');
  if (existsSync(file)) {
    const { scripts } = JSON.parse(readFileSync(file, 'utf8')) as {
      scripts?: Record<string, string>;
    };
    if (scripts?.build !== undefined) return folder;
  }
  const parent = path.dirname(folder);
  return parent === folder ? undefined : buildFolderOf(parent);
}

function build(folder: string): Promise<void> {
  const where = buildFolderOf(folder);
  if (where === undefined) return Promise.resolve();
  const child = spawn('npm', ['run', '--silent', 'build'], {
    cwd: where,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new NetworkError('ERR_CHAINCODE', `The build failed:\n${output.trim()}`));
    });
  });
}

/**
 * Gives every organization's server the code as it is in the folder now, without the lifecycle. The package
 * and its ID stay, so only a developer's network should do this.
 *
 * @throws NetworkError ERR_CHAINCODE if the chaincode isn't deployed or a server doesn't come up.
 */
export async function refreshServers(
  { instance, host }: Pick<DeployContext, 'instance' | 'host'>,
  { channel, name, folder }: WatchRequest,
): Promise<void> {
  const record = readRecord(instance.home, channel, name);
  if (!record) {
    throw new NetworkError('ERR_CHAINCODE', `${name} is not deployed.`, 'Run deployCC first.');
  }
  const contract = readContractFolder(folder);
  await Promise.all(
    record.organizations.map(async (name) => {
      const organization = findOrganization(instance, name);
      const server = serverName(organization, record.service);
      const address = bookAddress(instance, organization, record.service);
      copyCode(contract, nodeDirectory(instance, server));
      await host.restart(organization, server);
      await waitForServer(instance, host, organization, { name: server, address });
    }),
  );
}

/**
 * Watches a contract's sources until the signal: each change is built and its servers restarted. A
 * change that doesn't build or start is reported, and the watching goes on.
 */
export async function watchContract(
  context: DeployContext,
  request: WatchRequest,
  signal: AbortSignal,
): Promise<void> {
  const report = (line: string) => context.report?.(`${request.name}: ${line}`);
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const refresh = async () => {
    const started = performance.now();
    try {
      await build(request.folder);
      await refreshServers(context, request);
      report(`changed, restarted in ${((performance.now() - started) / 1000).toFixed(1)} s`);
    } catch (error) {
      report(error instanceof Error ? error.message : String(error));
    }
  };
  const watcher = watch(request.folder, { recursive: true, signal }, (_, file) => {
    const compiled = buildFolderOf(request.folder) !== undefined;
    if (compiled && file !== null && notSources.test(file)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(refresh);
    }, settleMilliseconds);
  });
  report(`watching ${request.folder}`);
  await new Promise<void>((resolve) => watcher.once('close', resolve));
  clearTimeout(timer);
  await running;
}

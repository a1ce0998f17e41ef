import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { NetworkError } from '../instance/errors.js';
import { type Instance, logFile, nodeDirectory } from '../instance/instance.js';
import type { Organization } from '../instance/organization.js';
import { lastLines } from '../supervisor/log-tail.js';
import { assignAddress, releaseAddress } from './builder/address-book.js';
import { chaincodeTlsFiles } from './builders.js';
import type { ContractFolder } from './contract-folder.js';
import { addressOf, type ChaincodePackage } from './package.js';
import { copyCode, hasCode, shimOf } from './server-code.js';

/** A process as an organization's supervisor runs it. */
export interface ServerProcess {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Where it listens once it is up. */
  readonly address: string;
}

/** What runs chaincode servers: the supervisor of each organization. */
export interface ServerHost {
  /** Starts a process, and again whenever the network is started; running already is no error. */
  start(organization: Organization, process: ServerProcess): Promise<void>;
  restart(organization: Organization, name: string): Promise<void>;
  /** How often the process has ended by itself since it was started. */
  exits(organization: Organization, name: string): number;
  /** Stops a process for good; none of that name is no error. */
  stop(organization: Organization, name: string): Promise<void>;
}

/** Name of the node that serves a package for an organization. */
export const serverName = (organization: Pick<Organization, 'domain'>, service: string) =>
  `${service}.${organization.domain}`;

const bookedAs = (organization: Organization, service: string) =>
  addressOf(service, organization.peer);

const startTimeout = 30_000;

/** The process that serves a package for one organization. */
export function serverProcess(
  instance: Instance,
  organization: Organization,
  contract: ContractFolder,
  { packageId, service }: ChaincodePackage,
  address: string,
): ServerProcess {
  const name = serverName(organization, service);
  const directory = nodeDirectory(instance, name);
  const tls = chaincodeTlsFiles(organization);
  const { PATH = '', HOME = directory, TMPDIR } = process.env;
  return {
    name,
    command: process.execPath,
    args: [
      ...[shimOf(contract), 'server'],
      ...['--chaincode-address', address, '--chaincode-id', packageId],
      ...['--chaincode-tls-cert-file', tls.serverCertificate],
      ...['--chaincode-tls-key-file', tls.serverKey],
      // Only a client with a certificate of this organization's TLS CA gets a connection.
      ...['--chaincode-tls-client-cacert-file', tls.ca],
      ...['--module-path', path.join(directory, 'code', 'contract')],
    ],
    directory,
    environment: {
      PATH,
      HOME,
      NODE_ENV: 'production',
      // Where fabric-shim's getMspID looks.
      CORE_PEER_LOCALMSPID: organization.mspId,
      ...(TMPDIR ? { TMPDIR } : {}),
    },
    address,
  };
}

/** Whether something listens at `host:port`. */
export function accepts(address: string): Promise<boolean> {
  const colon = address.lastIndexOf(':');
  const socket = connect({
    host: address.slice(0, colon),
    port: Number(address.slice(colon + 1)),
  });
  return new Promise((resolve) => {
    const end = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

/** Starts of a server that may fail before it is given up: one can meet a port not yet free. */
const toleratedExits = 2;

/** The end of a log without stack frames, which hide the message they belong to. */
const reasonIn = (log: string) =>
  lastLines(log, 40)
    .filter((line) => line.trim() !== '' && !/^\s+at /.test(line))
    .slice(-5)
    .join('\n');

/**
 * Waits until a server listens.
 *
 * @throws NetworkError ERR_CHAINCODE with the end of its log if it ends or takes too long.
 */
export async function waitForServer(
  instance: Instance,
  host: ServerHost,
  organization: Organization,
  { name, address }: Pick<ServerProcess, 'name' | 'address'>,
): Promise<void> {
  const end = Date.now() + startTimeout;
  while (!(await accepts(address))) {
    const ended = host.exits(organization, name) >= toleratedExits;
    if (ended || Date.now() > end) {
      const log = logFile(instance, name);
      throw new NetworkError(
        'ERR_CHAINCODE',
        `The chaincode server ${name} ${ended ? 'ended' : `did not listen at ${address}`}:\n${reasonIn(log)}`,
        `Correct the contract; the whole log is ${log}`,
      );
    }
    await pause(100);
  }
}

/** Gives the package an address at the organization, where its builder will look for it. */
export const bookAddress = (instance: Instance, organization: Organization, service: string) =>
  assignAddress(organization, bookedAs(organization, service), instance.host);

/**
 * Tells a peer that has the package installed where its server is now. The peer reads the connection that
 * its builder released at every connection. Only rollbacks move a server.
 */
function updateReleasedConnection(
  instance: Instance,
  organization: Organization,
  packageId: string,
  address: string,
): void {
  const file = path.join(
    nodeDirectory(instance, organization.peer),
    ...['data', 'externalbuilder', 'builds', packageId.replace(':', '-')],
    ...['release', 'chaincode', 'server', 'connection.json'],
  );
  if (!existsSync(file)) return;
  const connection = JSON.parse(readFileSync(file, 'utf8')) as { address: string };
  if (connection.address === address) return;
  writeFileSync(file, `${JSON.stringify({ ...connection, address }, null, 2)}\n`);
}

/** Starts the organization's server of a package with its own copy of the code, and waits for it. */
export async function startServer(
  instance: Instance,
  host: ServerHost,
  organization: Organization,
  contract: ContractFolder,
  chaincodePackage: ChaincodePackage,
): Promise<void> {
  const address = bookAddress(instance, organization, chaincodePackage.service);
  const server = serverProcess(instance, organization, contract, chaincodePackage, address);
  if (!hasCode(contract, server.directory)) {
    // A server that runs other code under this package was changed by --watch.
    await host.stop(organization, server.name);
    copyCode(contract, server.directory);
  }
  updateReleasedConnection(instance, organization, chaincodePackage.packageId, address);
  await host.start(organization, server);
  await waitForServer(instance, host, organization, server);
}

/** Stops the organization's server of a package and removes its code; the log stays. */
export async function removeServer(
  instance: Instance,
  host: ServerHost,
  organization: Organization,
  service: string,
): Promise<void> {
  const name = serverName(organization, service);
  await host.stop(organization, name);
  releaseAddress(organization, bookedAs(organization, service));
  rmSync(path.join(nodeDirectory(instance, name), 'code'), { recursive: true, force: true });
}

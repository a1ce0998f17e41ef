import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { connect, type SalusClient } from '@salus/client';
import { resolveIdentity, type Identity } from '@salus/client/identity';
import {
  findOrganization,
  instanceOf,
  leadersOf,
  loadTopology,
  networkStatus,
  type Instance,
  type Topology,
} from '@salus/network';
import { cpuSeconds, pssKiB } from './process-usage.js';

const run = promisify(execFile);
const repository = path.join(__dirname, '..', '..');

/** The baseline: a contract that writes one key. */
export const bareContract = path.join(__dirname, '..', 'bare-contract');
/** Endorsed computation without claims or studies. */
export const figuresContract = path.join(repository, 'test', 'figures-contract');

/** Far from the default ports, so that a network that is up goes on undisturbed. */
const PORT_BASE = Number(process.env['SALUS_BENCH_PORT_BASE'] ?? 23_000);

/** A network of its own in a new folder, driven as an operator would: by network.sh. */
export class BenchNetwork implements AsyncDisposable {
  readonly channel = 'edge-east';
  readonly home: string;
  /** Where the network and what the bench adds to it live. */
  readonly folder: string;
  readonly #topologyFile: string;
  readonly instance: Instance;

  private constructor(folder: string, topology: Topology) {
    this.folder = folder;
    this.home = path.join(folder, 'network');
    this.#topologyFile = path.join(folder, 'topology.json');
    this.instance = instanceOf({ home: this.home, portBase: PORT_BASE, topology });
  }

  static async create(topology = loadTopology()): Promise<BenchNetwork> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'salus-bench-'));
    const network = new BenchNetwork(folder, topology);
    await writeFile(network.#topologyFile, JSON.stringify(topology));
    return network;
  }

  /** Runs a command of network.sh and gives the seconds that it took. */
  async command(...args: string[]): Promise<number> {
    const started = performance.now();
    await run(path.join(repository, 'network', 'network.sh'), args, {
      cwd: repository,
      maxBuffer: 64 << 20,
      env: {
        ...process.env,
        SALUS_HOME: this.home,
        SALUS_PORT_BASE: String(PORT_BASE),
        SALUS_TOPOLOGY: this.#topologyFile,
      },
    });
    return (performance.now() - started) / 1000;
  }

  /** Process ids of all that the network runs, the supervisors too. */
  async processIds(): Promise<number[]> {
    const { nodes, supervisors } = await networkStatus(this.instance);
    return [...nodes, ...supervisors].flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  }

  /** Process id of the server that runs a chaincode for an organization. */
  async chaincodeProcess(organization: string, chaincode: string): Promise<number> {
    const { nodes } = await networkStatus(this.instance);
    const server = nodes.find(
      (each) =>
        each.kind === 'chaincode' &&
        each.organization === organization &&
        each.node.startsWith(chaincode),
    );
    if (server?.pid === undefined) throw new Error(`${chaincode} of ${organization} does not run`);
    return server.pid;
  }

  /** The orderer that leads the channel. */
  async leader(): Promise<string> {
    const leaders = await leadersOf(this.instance);
    const found = leaders.find(({ channel }) => channel === this.channel)?.leader;
    if (found === undefined) throw new Error(`No orderer tells who leads ${this.channel}`);
    return found;
  }

  /** Ends a node without giving it a chance to end well. */
  async kill(node: string): Promise<void> {
    const { nodes } = await networkStatus(this.instance);
    const pid = nodes.find((each) => each.node === node)?.pid;
    if (pid === undefined) throw new Error(`${node} does not run`);
    process.kill(pid, 'SIGKILL');
  }

  async cpuSeconds(): Promise<number> {
    return (await this.processIds()).map(cpuSeconds).reduce((sum, each) => sum + each, 0);
  }

  /** Memory of the whole network in MiB, as PSS. */
  async memoryMiB(): Promise<number> {
    return (await this.processIds()).map(pssKiB).reduce((sum, each) => sum + each, 0) / 1024;
  }

  /** A user's certificate and signer, for requests to services. */
  identityOf(organization: string, user: string): Promise<Identity> {
    const { mspId } = findOrganization(this.instance, organization);
    return resolveIdentity({ mspDir: this.#mspOf(organization, user) }, mspId);
  }

  connect(organization: string, user: string): Promise<SalusClient> {
    const { name } = findOrganization(this.instance, organization);
    const folder = this.#folderOf(organization);
    return connect({
      profile: path.join(folder, `connection-${name.toLowerCase()}.json`),
      identity: { mspDir: this.#mspOf(organization, user) },
      channel: this.channel,
    });
  }

  #mspOf(organization: string, user: string): string {
    const { domain } = findOrganization(this.instance, organization);
    return path.join(this.#folderOf(organization), 'users', `${user}@${domain}`, 'msp');
  }

  #folderOf(organization: string): string {
    const { domain } = findOrganization(this.instance, organization);
    return path.join(this.home, 'organizations', 'peerOrganizations', domain);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.command('down');
    await rm(this.folder, { recursive: true, force: true });
  }
}

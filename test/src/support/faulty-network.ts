import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect, type ConnectOptions, type SalusClient } from '@salus/client';
import type { Submitted } from '@salus/client/transaction';
import {
  deployCC,
  down,
  fabricBinaries,
  findOrganization,
  instanceOf,
  networkStatus,
  newChannel,
  type Organization,
  restartEnded,
  restartNode,
  revoke,
  up,
} from '@salus/network';
import { eventually } from '@salus/testing/eventually';
import { portBaseOf } from '@salus/testing/port-plan';
import { repository } from '../deployment.js';
import type { Acknowledged } from './background-writer.js';

const CHANNEL = 'edge-faults';
const CONTRACT = 'bare';
/** Reads in flight while all writes are read again. */
const READS = 16;

/** A network whose nodes a test may kill, with a contract that writes and reads a key. */
export class FaultyNetwork {
  private constructor(
    readonly scratch: string,
    readonly instance: ReturnType<typeof instanceOf>,
  ) {}

  static async start(): Promise<FaultyNetwork> {
    const scratch = await mkdtemp(path.join(tmpdir(), 'salus-faults-'));
    const instance = instanceOf({
      home: path.join(scratch, 'home'),
      portBase: portBaseOf('faults'),
    });
    const network = new FaultyNetwork(scratch, instance);
    try {
      await up(instance);
      await newChannel(instance, CHANNEL);
      const folder = path.join(repository, 'bench', 'bare-contract');
      const signaturePolicy = instance.topology.endorsement['default'] ?? '';
      const options = { channel: CHANNEL, name: CONTRACT, folder, signaturePolicy };
      await deployCC(options, { instance, tools: await fabricBinaries() });
    } catch (error) {
      await network.stop();
      throw error;
    }
    return network;
  }

  async stop(): Promise<void> {
    await down(this.instance);
    await rm(this.scratch, { recursive: true, force: true });
  }

  /** Connects as any user of an organization. */
  connect(name: string, options: Partial<ConnectOptions> = {}): Promise<SalusClient> {
    const { directories, domain, users } = findOrganization(this.instance, name);
    const folder = directories.peerOrganization;
    const user = `${users[0]?.name ?? ''}@${domain}`;
    return connect({
      profile: path.join(folder, `connection-${name.toLowerCase()}.json`),
      identity: { mspDir: path.join(folder, 'users', user, 'msp') },
      channel: CHANNEL,
      ...options,
    });
  }

  /** Connects to an organization's peer with the identity of another organization's user. */
  async connectAs(member: string, user: string, name: string): Promise<SalusClient> {
    const { directories, domain, mspId } = findOrganization(this.instance, member);
    const mspDir = path.join(directories.peerOrganization, 'users', `${user}@${domain}`, 'msp');
    return this.connect(name, { identity: { mspId, mspDir }, failover: false });
  }

  /** Revokes a user at the CA and in the channel. */
  async revoke(name: string, user: string): Promise<void> {
    await revoke(this.instance, await fabricBinaries(), name, user);
  }

  write =
    (client: SalusClient) =>
    (key: string, value: string): Promise<Submitted> =>
      client.contract(CONTRACT).submit('put', { args: [key, value] });

  /** Kills a node, which gets no chance to end well. */
  async kill(node: string): Promise<void> {
    const { nodes } = await networkStatus(this.instance);
    const pid = nodes.find((each) => each.node === node)?.pid;
    if (pid === undefined) throw new Error(`${node} does not run`);
    process.kill(pid, 'SIGKILL');
  }

  async conditionOf(node: string): Promise<string | undefined> {
    const { nodes } = await networkStatus(this.instance);
    return nodes.find((each) => each.node === node)?.condition;
  }

  restart(node: string): Promise<void> {
    return restartNode(this.instance, node);
  }

  /** Restarts the nodes that a test has killed and, where it failed, not restarted. */
  async restore(): Promise<void> {
    await restartEnded(this.instance);
  }

  organization(name: string): Organization {
    return findOrganization(this.instance, name);
  }

  /** Waits until an organization's peer has a block. */
  async peerReaches(name: string, block: bigint): Promise<void> {
    await using client = await eventually(() => this.connect(name, { failover: false }));
    await eventually(async () => {
      const height = await client.height();
      if (height <= block) throw new Error(`The peer of ${name} has ${height} blocks only`);
    });
  }

  /** Waits until an organization's orderer has a block. */
  async ordererReaches(organization: Organization, block: bigint): Promise<void> {
    await eventually(async () => {
      const height = await ordererHeight(this.instance.host, organization);
      if (height <= block) throw new Error(`The orderer has ${height} blocks only`);
    });
  }

  /** Reads every acknowledged write on the organization's own peer, once that has the last block. */
  async readAll(name: string, writes: readonly Acknowledged[]): Promise<string[]> {
    await this.peerReaches(name, lastBlock(writes));
    const { mspId } = this.organization(name);
    await using client = await this.connect(name, { failover: false });
    const read = async ({ key }: Acknowledged) => {
      const options = { args: [key], endorsingOrganizations: [mspId] };
      return (await client.contract(CONTRACT).evaluate('get', options)).toString();
    };
    const values: string[] = [];
    for (let from = 0; from < writes.length; from += READS) {
      const part = writes.slice(from, from + READS);
      values.push(...(await eventually(() => Promise.all(part.map(read)))));
    }
    return values;
  }
}

export const lastBlock = (writes: readonly Acknowledged[]) =>
  writes.reduce((last, { blockNumber }) => (blockNumber > last ? blockNumber : last), 0n);

/** Asks the orderer's channel participation interface. */
function ordererHeight(host: string, organization: Organization): Promise<bigint> {
  const { directories, domain, ports } = organization;
  const tls = path.join(directories.ordererOrganization, 'users', `Admin@${domain}`, 'tls');
  const read = (name: string) => readFileSync(path.join(tls, name));
  const options = {
    host,
    port: ports.ordererAdmin,
    path: `/participation/v1/channels/${CHANNEL}`,
    ca: read('ca.crt'),
    cert: read('client.crt'),
    key: read('client.key'),
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(options, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
      response.on('end', () => {
        if (response.statusCode !== 200) reject(new Error(text));
        else resolve(BigInt((JSON.parse(text) as { height: number }).height));
      });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

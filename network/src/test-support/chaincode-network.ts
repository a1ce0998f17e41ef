import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cc, type CommandContext, deployCC } from '../chaincode/commands.js';
import type { DeployResult } from '../chaincode/deploy.js';
import {
  peerEnvironment,
  type PeerOutput,
  runPeer,
  runPeerWithOrderer,
} from '../chaincode/peer-command.js';
import { fabricBinaries } from '../fabric/binaries.js';
import { findOrganization, type Instance, instanceOf } from '../instance/instance.js';
import type { Organization } from '../instance/organization.js';
import { down, newChannel, up } from '../lifecycle/network.js';
import { status } from '../supervisor/client.js';
import { livenessOf } from '../supervisor/process-identity.js';

export const repository = path.join(__dirname, '..', '..', '..');

/** A network with one channel, on which tests deploy and call chaincode. */
export class ChaincodeNetwork {
  readonly scratch = mkdtempSync(path.join(tmpdir(), 'salus-chaincode-'));
  readonly channel = 'edge-chaincode';
  readonly instance: Instance;

  constructor(portBase: number) {
    this.instance = instanceOf({ home: path.join(this.scratch, 'home'), portBase });
  }

  async up(): Promise<void> {
    symlinkSync(path.join(repository, 'node_modules'), path.join(this.scratch, 'node_modules'));
    await up(this.instance);
    await newChannel(this.instance, this.channel);
  }

  async down(): Promise<void> {
    await down(this.instance);
    rmSync(this.scratch, { recursive: true, force: true });
  }

  member(name: string): Organization {
    return findOrganization(this.instance, name);
  }

  /** A copy of the bare contract that a test may change. */
  contractCopy(name: string): string {
    const folder = path.join(this.scratch, name);
    cpSync(path.join(repository, 'bench', 'bare-contract'), folder, { recursive: true });
    return folder;
  }

  async context(): Promise<CommandContext> {
    return { instance: this.instance, tools: await fabricBinaries() };
  }

  async deploy(folder: string, version = '1.0'): Promise<DeployResult> {
    const options = { channel: this.channel, name: 'bare', folder, version };
    const [result] = await deployCC(options, await this.context());
    if (!result) throw new Error('nothing was deployed');
    return result;
  }

  /** Calls the bare contract. */
  async call(action: 'invoke' | 'query', ...[name, ...args]: string[]): Promise<string> {
    const constructorJson = JSON.stringify({ function: name, Args: args });
    const options = { action, channel: this.channel, name: 'bare', constructorJson };
    const result = await cc(options, await this.context());
    return 'result' in result ? result.result : '';
  }

  /** The peer command as a user of one organization, and nothing else. */
  async peer(organization: Organization, args: readonly string[], user?: string) {
    const { instance, tools } = await this.context();
    return runPeer(tools, peerEnvironment(instance, organization, tools, user), args);
  }

  async peerToOrderer(
    organization: Organization,
    args: readonly string[],
    user?: string,
  ): Promise<PeerOutput> {
    const { instance, tools } = await this.context();
    const environment = peerEnvironment(instance, organization, tools, user);
    return runPeerWithOrderer(instance, organization, tools, args, environment);
  }
}

/** Names of an organization's chaincode servers that run. */
export const serversOf = (organization: Organization): string[] =>
  status(organization)
    .processes.filter((each) => each.spec.kind === 'chaincode')
    .filter((each) => livenessOf(each.pid, each.startTicks) === 'running')
    .map((each) => each.spec.name);

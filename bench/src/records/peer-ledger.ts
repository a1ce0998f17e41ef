import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import {
  fabricBinaries,
  findOrganization,
  peerEnvironment,
  peerProcess,
  takeSnapshot,
} from '@salus/network';
import type { BenchNetwork } from '../bench-network.js';

const run = promisify(execFile);
/** Reading a million records into a peer takes its time. */
const PATIENCE_MS = 15 * 60_000;
const POLL_MS = 500;

/** The ledger of one organization's peer: taken as a snapshot, and replaced by one. */
export class PeerLedger {
  readonly #network: BenchNetwork;
  readonly #organization: string;

  constructor(network: BenchNetwork, organization: string) {
    this.#network = network;
    this.#organization = organization;
  }

  /** Has the peer write a snapshot of its channel. @returns its folder */
  takeSnapshot(): Promise<string> {
    const { instance, channel } = this.#network;
    return takeSnapshot(instance, this.#organization, channel);
  }

  /**
   * Has the peer leave its channel and join again by a snapshot, whose hashes it verifies.
   * @returns seconds from joining until it answers
   */
  async joinBy(snapshot: string): Promise<number> {
    const { channel, instance } = this.#network;
    const organization = findOrganization(instance, this.#organization);
    const binaries = await fabricBinaries();
    await this.#network.kill(organization.peer);
    const { env } = peerProcess(instance, organization, binaries);
    const asNode = { env: { ...process.env, ...env } };
    await sleep(POLL_MS);
    await run(binaries.peer, ['node', 'unjoin', '-c', channel], asNode);
    await this.#network.command('restart', organization.peer);
    const started = performance.now();
    await this.#peer('channel', 'joinbysnapshot', '--snapshotpath', snapshot);
    await until(async () => (await this.#peer('channel', 'list')).includes(channel));
    return (performance.now() - started) / 1000;
  }

  async #peer(...args: string[]): Promise<string> {
    const { instance } = this.#network;
    const binaries = await fabricBinaries();
    const organization = findOrganization(instance, this.#organization);
    const env = peerEnvironment(instance, organization, binaries);
    const { stdout } = await run(binaries.peer, args, { env });
    return stdout;
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('The peer has not finished in time');
    await sleep(POLL_MS);
  }
}

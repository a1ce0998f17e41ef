import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import type { SalusClient } from '@salus/client';
import { furnish, salus, serve, type Served } from '@salus/testing/salus-process';
import { BenchNetwork } from '../bench-network.js';
import { inStep } from '../in-step.js';
import { cpuSeconds } from '../process-usage.js';

export const CONTRACT = 'statistics';
const ON_CONTRACT = ['--contract', CONTRACT];
export const MEMBERS = [
  'CityHospital',
  'ValleyHospital',
  'Insurer',
  'Pharma',
  'Regulator',
] as const;
export const COMMITTEE = { members: MEMBERS.map((name) => `${name}MSP`), threshold: 3 };

/** A network of its own, with a store and a committee as operators run them: a process and a home for each. */
export class CommitteeServices implements AsyncDisposable {
  readonly #members = new Map<string, Served>();
  readonly #clients = new Map<string, Promise<SalusClient>>();
  #store: Served | undefined;

  private constructor(
    readonly network: BenchNetwork,
    readonly folder: string,
  ) {}

  static async start(report: (line: string) => void): Promise<CommitteeServices> {
    report('starting a network of its own');
    const network = await BenchNetwork.create();
    const services = new CommitteeServices(
      network,
      await mkdtemp(path.join(network.folder, 'services-')),
    );
    try {
      await network.command('up', 'createChannel', '-ca');
      await network.command('deployCC', '-ccn', 'membership');
      await network.command('deployCC', '-ccn', CONTRACT);
      // Where `furnish` looks for certificates and connection profiles.
      process.env['SALUS_TEST_HOME'] = network.home;
      const storing = services.homeOf('store', 'CityHospital');
      services.#store = await serve(storing, 'store', 'serve');
      for (const name of MEMBERS) await services.startMember(name);
      return services;
    } catch (error) {
      await services[Symbol.asyncDispose]();
      throw error;
    }
  }

  get store(): string {
    if (!this.#store) throw new Error('the store does not run');
    return this.#store.url;
  }

  /** A home with the settings of a user of an organisation. */
  homeOf(user: string, organisation: string): string {
    return furnish(path.join(this.folder, `${organisation}-${user}`), organisation, user);
  }

  client(organisation: string, user: string): Promise<SalusClient> {
    const name = `${organisation}/${user}`;
    const known = this.#clients.get(name) ?? this.network.connect(organisation, user);
    this.#clients.set(name, known);
    return known;
  }

  officer(organisation: string): Promise<SalusClient> {
    return this.client(organisation, 'committee');
  }

  /** Waits until every peer has what the last one has told. */
  async inStep(): Promise<void> {
    await inStep(await Promise.all(MEMBERS.map((name) => this.officer(name))));
  }

  /** Runs a command of an officer, whose home is none of a member that serves. */
  async command(organisation: string, ...args: string[]): Promise<void> {
    const home = furnish(
      path.join(this.folder, `${organisation}-office`),
      organisation,
      'committee',
    );
    const [group, name, ...rest] = args as [string, string, ...string[]];
    const { exitCode, stderr } = await salus(home, group, name, ...rest, ...ON_CONTRACT);
    if (exitCode !== 0) throw new Error(`salus ${args.join(' ')}: ${stderr}`);
  }

  async startMember(organisation: string): Promise<void> {
    const home = furnish(
      path.join(this.folder, `${organisation}-member`),
      organisation,
      'committee',
    );
    const serving = ['committee', 'serve', ...ON_CONTRACT, '--store', this.store];
    this.#members.set(organisation, await serve(home, ...serving));
  }

  /** CPU seconds that the members' processes have used so far. */
  cpuSeconds(): number[] {
    return [...this.#members.values()].map(({ pid }) => cpuSeconds(pid));
  }

  async stopMembers(...organisations: readonly string[]): Promise<void> {
    for (const organisation of organisations) {
      await this.#members.get(organisation)?.stop();
      this.#members.delete(organisation);
    }
  }

  /** All members, as after an update: none remembers a proof that it has checked. */
  async restartMembers(): Promise<void> {
    for (const [organisation, member] of this.#members) {
      await member.stop();
      await this.startMember(organisation);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of await Promise.allSettled(this.#clients.values())) {
      if (client.status === 'fulfilled') client.value.close();
    }
    for (const member of this.#members.values()) await member.stop();
    await this.#store?.stop();
    await this.network[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }
}

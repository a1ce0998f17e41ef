import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { Actor } from './actor.js';
import type { Role } from './cast.js';
import { Homes } from './homes.js';
import { LineProcess } from './line-process.js';
import type { Report } from './report.js';
import { Shell } from './shell.js';

const root = path.join(__dirname, '../../../..');
/** A program that actors run; nothing of it is loaded here. */
const salusCommand = path.join(root, 'cli/bin/salus.js');

export interface StageOptions {
  /** Folder of the network's instance. */
  readonly home: string;
  readonly channel: string;
  /** Names what is new in this run. */
  readonly run: string;
  readonly report: Report;
  /** Folder of FHIR bundles, one of each patient; the synthetic patients if left out. */
  readonly bundles?: string;
  /** How many patients play. */
  readonly patients: number;
}

/** Something that chapters play with: it is made when the first of them needs it, and once. */
export interface Prop<T> {
  readonly name: string;
  make(stage: Stage): Promise<T>;
}

export interface MemberOptions {
  /** Chaincodes that carry the contract `computation`. */
  readonly contracts: readonly string[];
  /** Addresses of stores. */
  readonly stores: readonly string[];
}

interface Service {
  readonly process: LineProcess;
  readonly args: readonly string[];
  readonly url: string;
}

/** Gives each actor its home and its processes, and ends all of them when the play is over. */
export class Stage implements AsyncDisposable {
  readonly options: StageOptions;
  readonly report: Report;
  readonly run: string;
  readonly #homes: Homes;
  readonly #props = new Map<string, Promise<unknown>>();
  readonly #processes: LineProcess[] = [];
  readonly #services = new Map<string, Service>();
  readonly #shells = new Map<string, Shell>();

  constructor(options: StageOptions) {
    this.options = options;
    this.report = options.report;
    this.run = options.run;
    this.#homes = new Homes(options.home, options.channel);
  }

  /** What a prop has made, or makes now. */
  use<T>(prop: Prop<T>): Promise<T> {
    const made = this.#props.get(prop.name) ?? prop.make(this);
    this.#props.set(prop.name, made);
    return made as Promise<T>;
  }

  /** Starts an actor of an organisation who works with the SDK. */
  async actor(script: string, role: Role): Promise<Actor> {
    const file = path.join(__dirname, '../actors', `${script}.js`);
    const started = this.#start(file, [], { name: role.actor, home: this.#homes.of(role) });
    await started.nextLine();
    return new Actor(started);
  }

  /** Has somebody run a script that tells one result and ends. */
  async once<T>(script: string, role: Role, args: readonly string[]): Promise<T> {
    const file = path.join(__dirname, '../actors', `${script}.js`);
    const options = { name: `${role.actor}-${script}`, home: this.#homes.of(role) };
    await using running = this.#start(file, args, options);
    return await running.nextLine<T>();
  }

  /** Starts a service of an organisation. @returns its address, where it has one */
  async service(role: Role, ...args: readonly string[]): Promise<string> {
    return this.#serve(role.actor, this.#homes.of(role), args);
  }

  /**
   * Starts a member of a committee. Its organisation may have answered from another home on a network that
   * stood before. So the operator of a new home has it believe the ledger once.
   */
  async member(role: Role, { contracts, stores }: MemberOptions): Promise<void> {
    const home = this.#homes.of(role);
    const of = ['--contract', ...contracts];
    if (this.#homes.isNew(home)) {
      const recover = ['--json', 'committee', 'recover', '--believe-ledger', ...of];
      await using ran = this.#start(salusCommand, recover, {
        name: `${role.actor}-operator`,
        home,
      });
      // One line of each contract.
      for (let line = 0; line < contracts.length; line += 1) await ran.nextLine();
    }
    await this.#serve(role.actor, home, ['committee', 'serve', ...of, '--store', ...stores]);
  }

  /** Ends the service of a role. */
  async end({ actor }: Role): Promise<void> {
    await this.#serviceOf(actor).process[Symbol.asyncDispose]();
  }

  /** Starts the service of a role again, where it was. */
  async restart({ actor }: Role): Promise<void> {
    const { process, args, url } = this.#serviceOf(actor);
    const at = url === '' ? [] : ['--port', new URL(url).port];
    await this.#serve(actor, process.home, [...args, ...at]);
  }

  /** The shell in which somebody of an organisation types commands. */
  shell(role: Role): Shell {
    return this.#shells.get(role.actor) ?? this.#openShell(role.actor, this.#homes.of(role));
  }

  /** Makes a patient's wallet, which believes peers by the channel's configuration, and runs it. @returns the shell of the patient */
  async wallet(
    name: string,
    { nationalId, channelConfig }: { nationalId: string; channelConfig: string },
  ): Promise<Shell> {
    const home = this.#homes.bare(name);
    const shell = this.#openShell(name, home, { SALUS_NATIONAL_ID: nationalId });
    await shell.salus('wallet', 'init');
    await shell.salus('wallet', 'trust', channelConfig);
    await this.#serve(name, home, ['wallet', 'serve', '--channel', this.options.channel]);
    return shell;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#processes.map((one) => one[Symbol.asyncDispose]()));
  }

  /** A service ends with the play, even if that is killed: its input ends then. */
  async #serve(name: string, home: string, args: readonly string[]): Promise<string> {
    const attached = { SALUS_END_WITH_INPUT: '1' };
    const process = this.#start(salusCommand, args, { name, home, env: attached });
    const { url = '' } = await process.nextLine<{ url?: string }>();
    this.#services.set(name, { process, args, url });
    return url;
  }

  #serviceOf(actor: string): Service {
    const service = this.#services.get(actor);
    if (!service) throw new Error(`${actor} runs no service`);
    return service;
  }

  #openShell(actor: string, home: string, env: Readonly<Record<string, string>> = {}): Shell {
    const options = { name: `${actor}-shell`, home, env };
    const shell = new Shell(this.#start(salusCommand, ['shell'], options));
    this.#shells.set(actor, shell);
    return shell;
  }

  #start(
    script: string,
    args: readonly string[],
    options: { name: string; home: string; env?: Readonly<Record<string, string>> },
  ): LineProcess {
    const { home } = options;
    const env = {
      SALUS_PASSPHRASE: this.#homes.passphraseOf(home),
      NODE_COMPILE_CACHE: this.#compiled(),
      ...options.env,
    };
    const started = new LineProcess(script, args, { ...options, env });
    this.#processes.push(started);
    return started;
  }

  /** Node.js keeps there what it has compiled of the programs, for all processes on this machine. */
  #compiled(): string {
    const folder = path.join(this.options.home, 'actors', '.compiled');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  }
}

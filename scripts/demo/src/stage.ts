import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { ActorProcess } from './actor-process.js';
import type { Role } from './cast.js';

const run = promisify(execFile);
const salusCommand = path.join(__dirname, '../../../cli/dist/main.js');

/** Services end with the play, even if it is killed: their input ends then. */
const attached = { SALUS_END_WITH_INPUT: '1' };

/** A command takes longer than a peer lags behind. */
const LAG_TRIES = 3;

export interface StageOptions {
  /** Folder of the network's instance. */
  readonly home: string;
  readonly channel: string;
}

/** Gives each actor its home, starts its process, and ends all of them when the play is over. */
export class Stage implements AsyncDisposable {
  readonly #options: StageOptions;
  readonly #processes: ActorProcess[] = [];
  readonly #desks = new Map<string, string>();

  constructor(options: StageOptions) {
    this.#options = options;
  }

  /** Starts an actor of an organisation. */
  async actor(script: string, role: Role): Promise<ActorProcess> {
    const home = this.#furnish(role);
    const file = path.join(__dirname, 'actors', `${script}.js`);
    const started = this.#start(new ActorProcess(file, [], { name: role.actor, home }));
    await started.ready();
    return started;
  }

  /** Starts a service of an organisation. @returns its address, where it has one */
  async service(role: Role, args: readonly string[]): Promise<string> {
    const home = this.#furnish(role);
    const env = { SALUS_PASSPHRASE: this.#passphraseOf(role.actor) };
    const options = { name: role.actor, home, env: { ...env, ...attached } };
    const { url } = await this.#start(new ActorProcess(salusCommand, args, options)).ready();
    return url ?? '';
  }

  /** Ends what runs for a role. */
  async end({ actor }: Role): Promise<void> {
    const running = this.#processes.filter(({ name }) => name === actor);
    await Promise.all(running.map((one) => one[Symbol.asyncDispose]()));
  }

  /** Makes a patient's wallet, which believes peers by the channel's configuration, and starts it. @returns its home, for the patient's own commands */
  async wallet(
    name: string,
    { nationalId, channelConfig }: { nationalId: string; channelConfig: string },
  ): Promise<string> {
    const home = this.#home(name);
    const env = { SALUS_PASSPHRASE: this.#passphraseOf(name) };
    await this.salus(home, ['wallet', 'init'], { ...env, SALUS_NATIONAL_ID: nationalId });
    await this.salus(home, ['wallet', 'trust', channelConfig]);
    const args = ['wallet', 'serve', '--channel', this.#options.channel];
    const options = { name, home, env: { ...env, ...attached } };
    await this.#start(new ActorProcess(salusCommand, args, options)).ready();
    return home;
  }

  /** Runs one `salus` command in an actor's home, as that actor types it. */
  async salus<T>(
    home: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<T> {
    return JSON.parse(await this.#command(home, args, env)) as T;
  }

  /** As {@link salus}, of a command that prints a list. */
  async lines<T>(home: string, args: readonly string[]): Promise<T[]> {
    const stdout = await this.#command(home, args);
    const lines = stdout.split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as T);
  }

  async #command(
    home: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const { stdout } = await run(process.execPath, [salusCommand, '--json', ...args], {
      cwd: home,
      env: { PATH: process.env['PATH'], HOME: home, SALUS_ACTOR_HOME: home, ...env },
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  }

  /** As {@link salus}, tried again while the actor's own peer lags behind another's. */
  async caughtUp<T>(home: string, args: readonly string[], code = 'ERR_NOT_FOUND'): Promise<T> {
    for (let left = LAG_TRIES; ; left -= 1) {
      try {
        return await this.salus<T>(home, args);
      } catch (error) {
        const { stderr = '' } = error as { stderr?: string };
        if (left === 0 || !stderr.includes(code)) throw error;
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#processes.map((one) => one[Symbol.asyncDispose]()));
  }

  #start(started: ActorProcess): ActorProcess {
    this.#processes.push(started);
    return started;
  }

  #home(actor: string): string {
    const home = path.join(this.#options.home, 'actors', actor);
    mkdirSync(home, { recursive: true, mode: 0o700 });
    return home;
  }

  /** The home of somebody who only types commands. */
  desk(role: Role): string {
    return this.#desks.get(role.actor) ?? this.#furnish(role);
  }

  /** What somebody's commands need who keeps secrets at home. */
  unlocked({ actor }: Role): Readonly<Record<string, string>> {
    return { SALUS_PASSPHRASE: this.#passphraseOf(actor) };
  }

  /** What the organisation's administrator hands to one of its people: identity, profile, channel. */
  #furnish({ actor, organisation, domain, user }: Role): string {
    const home = this.#home(actor);
    const folder = path.join(this.#options.home, 'organizations/peerOrganizations', domain);
    for (const part of ['msp', 'tls']) {
      const own = path.join(home, part);
      rmSync(own, { recursive: true, force: true });
      cpSync(path.join(folder, 'users', `${user}@${domain}`, part), own, { recursive: true });
    }
    const profile = `connection-${organisation.toLowerCase()}.json`;
    cpSync(path.join(folder, profile), path.join(home, 'connection.json'));
    const settings = {
      profile: 'connection.json',
      mspDir: 'msp',
      channel: this.#options.channel,
    };
    writeFileSync(path.join(home, 'salus.json'), JSON.stringify(settings), { mode: 0o600 });
    this.#desks.set(actor, home);
    return home;
  }

  /** In life each actor types its own; here it lies in the actor's home and serves the next run too. */
  #passphraseOf(actor: string): string {
    const file = path.join(this.#home(actor), 'passphrase');
    if (!existsSync(file)) {
      writeFileSync(file, randomBytes(18).toString('base64url'), { mode: 0o600 });
    }
    return readFileSync(file, 'utf8');
  }
}

import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { livenessOf, startTicksOf } from './process-identity.js';
import type { ProcessSpec, ProcessState } from './protocol.js';

const stopGraceMilliseconds = 10_000;
const watchIntervalMilliseconds = 1_000;
/** A process that ran this long has recovered: its restarts are counted from nought again. */
const recoveredAfterMilliseconds = 60_000;

/** One supervised process: starts it, watches it, restarts it as its policy says. */
export class Child {
  readonly #state: ProcessState;
  readonly #changed: () => void;
  #retry: NodeJS.Timeout | undefined;

  constructor(state: ProcessState, changed: () => void) {
    this.#state = state;
    this.#changed = changed;
    // Left over by a supervisor that died: not our child, so it is watched by its id.
    if (this.#running()) void this.#watchAdopted();
  }

  get state(): ProcessState {
    return this.#state;
  }

  #running(): boolean {
    return livenessOf(this.#state.pid, this.#state.startTicks) === 'running';
  }

  static create(spec: ProcessSpec, changed: () => void): Child {
    return new Child({ spec, wanted: false, restarts: 0 }, changed);
  }

  start(): void {
    if (this.#running()) return;
    this.#state.wanted = true;
    delete this.#state.suspended;
    this.#state.restarts = 0;
    this.#spawn();
  }

  async stop(): Promise<void> {
    this.#state.wanted = false;
    await this.#terminate();
    this.#changed();
  }

  /** Ends the process but leaves it wanted, so that it comes back with the next supervisor. */
  async #terminate(): Promise<void> {
    clearTimeout(this.#retry);
    const { pid } = this.#state;
    if (pid === undefined || !this.#running()) return;
    process.kill(pid, 'SIGTERM');
    const deadline = Date.now() + stopGraceMilliseconds;
    while (this.#running() && Date.now() < deadline) await delay(20);
    if (this.#running()) process.kill(pid, 'SIGKILL');
    while (this.#running()) await delay(20);
  }

  async suspend(): Promise<void> {
    const { wanted } = this.#state;
    await this.stop();
    this.#state.wanted = wanted;
    this.#state.suspended = true;
    this.#changed();
  }

  #spawn(): void {
    const { spec } = this.#state;
    mkdirSync(path.dirname(spec.log), { recursive: true, mode: 0o700 });
    const log = openSync(spec.log, 'a', 0o600);
    const child = spawn(spec.command, [...spec.args], {
      cwd: spec.cwd,
      env: spec.env,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    child.once('error', () => this.#ended(child.pid, null, null));
    child.once('exit', (code, signal) => this.#ended(child.pid, code, signal));
    this.#record(child.pid);
  }

  #record(pid: number | undefined): void {
    const startTicks = pid === undefined ? undefined : startTicksOf(pid);
    delete this.#state.pid;
    delete this.#state.startTicks;
    if (pid !== undefined) this.#state.pid = pid;
    if (startTicks !== undefined) this.#state.startTicks = startTicks;
    this.#state.startedAt = new Date().toISOString();
    this.#changed();
  }

  #ended(pid: number | undefined, code: number | null, signal: string | null): void {
    if (pid !== this.#state.pid) return;
    this.#state.lastExit = { code, signal, at: new Date().toISOString() };
    this.#restartIfDue();
    this.#changed();
  }

  #restartIfDue(): void {
    const { spec, startedAt } = this.#state;
    const { policy, maxRestarts, backoffMilliseconds } = spec.restart;
    if (!this.#state.wanted || policy === 'never') return;
    const ran = Date.now() - Date.parse(startedAt ?? '');
    if (ran > recoveredAfterMilliseconds) this.#state.restarts = 0;
    if (this.#state.restarts >= maxRestarts) return;
    const wait = backoffMilliseconds * 2 ** this.#state.restarts;
    this.#retry = setTimeout(() => {
      this.#state.restarts += 1;
      this.#spawn();
    }, wait);
  }

  async #watchAdopted(): Promise<void> {
    const { pid } = this.#state;
    while (this.#running() && pid === this.#state.pid) await delay(watchIntervalMilliseconds);
    this.#ended(pid, null, null);
  }
}

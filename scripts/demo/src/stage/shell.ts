import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError, type Refusal } from './coded-error.js';
import type { AtPeer } from './in-step.js';
import type { LineProcess } from './line-process.js';

interface Answer {
  readonly exitCode: number;
  readonly results: readonly unknown[];
  readonly error?: Refusal;
}

const PATIENCE_MS = 60_000;
const POLL_MS = 100;

/** Somebody who types `salus` commands: one `salus shell` that stays, in a home of its own. */
export class Shell implements AtPeer {
  readonly #process: LineProcess;

  constructor(process: LineProcess) {
    this.#process = process;
  }

  get home(): string {
    return this.#process.home;
  }

  /** Runs a command that prints a list. @throws CodedError with the command's code */
  async list<T>(...words: readonly string[]): Promise<readonly T[]> {
    const { exitCode, results, error } = await this.#process.exchange<Answer>(words);
    if (exitCode === 0) return results as readonly T[];
    throw new CodedError(this.#process.name, error ?? { message: `exit code ${exitCode}` });
  }

  /** Runs a command that prints one result. @throws CodedError as {@link list} */
  async salus<T>(...words: readonly string[]): Promise<T> {
    const [result] = await this.list<T>(...words);
    return result as T;
  }

  /** Runs a command again and again while it meets a refusal that passes: the own peer lags behind another's. */
  async caughtUp<T>(words: readonly string[], code = 'ERR_NOT_FOUND'): Promise<T> {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await this.salus<T>(...words);
      } catch (error) {
        const passes = error instanceof CodedError && error.code === code;
        if (!passes || Date.now() > end) throw error;
      }
      await sleep(POLL_MS);
    }
  }

  async height(): Promise<number> {
    return Number((await this.salus<{ blocks: string }>('ping')).blocks);
  }

  async awaitHeight(height: number): Promise<void> {
    const end = Date.now() + PATIENCE_MS;
    while ((await this.height()) < height) {
      if (Date.now() > end) throw new Error(`The peer of ${this.#process.name} lags behind`);
      await sleep(POLL_MS);
    }
  }
}

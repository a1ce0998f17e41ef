import { CodedError, type Refusal } from './coded-error.js';
import type { AtPeer } from './in-step.js';
import type { LineProcess } from './line-process.js';

/** An actor who works with the SDK: a process that runs one of the scripts in actors/. */
export class Actor implements AtPeer {
  readonly #process: LineProcess;

  constructor(process: LineProcess) {
    this.#process = process;
  }

  /** Has the actor do one of the things that its script names. */
  async ask<T>(call: string, argument: unknown = {}): Promise<T> {
    const asked = { call, argument };
    const { value, error } = await this.#process.exchange<{ value?: T; error?: Refusal }>(asked);
    if (error) throw new CodedError(this.#process.name, error);
    return value as T;
  }

  height(): Promise<number> {
    return this.ask<number>('height');
  }

  awaitHeight(height: number): Promise<void> {
    return this.ask('awaitHeight', height);
  }
}

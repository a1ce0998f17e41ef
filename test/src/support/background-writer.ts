import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@salus/testing/eventually';

/** A write that the network has acknowledged. */
export interface Acknowledged {
  readonly key: string;
  readonly value: string;
  readonly blockNumber: bigint;
}

export type Write = (key: string, value: string) => Promise<{ readonly blockNumber: bigint }>;

/** Enough for a write to be under way at every moment, few enough to leave the processors some time. */
const LANES = 4;
const PAUSE_MS = 50;
const POLL_MS = 50;

/** Writes one new key after the other until it is stopped, and remembers what was acknowledged. */
export class BackgroundWriter {
  readonly acknowledged: Acknowledged[] = [];
  readonly failures: unknown[] = [];
  readonly #lanes: Promise<void>[];
  #stopped = false;
  #count = 0;

  constructor(prefix: string, write: Write) {
    this.#lanes = Array.from({ length: LANES }, () => this.#run(prefix, write));
  }

  /**
   * Waits for a number of acknowledgements more.
   *
   * @throws Error when they have not come in time
   */
  async writes(amount: number): Promise<void> {
    const wanted = this.acknowledged.length + amount;
    await eventually(() => {
      if (this.acknowledged.length >= wanted) return;
      const cause = this.failures.at(-1);
      throw new Error('Too few writes were acknowledged', cause === undefined ? {} : { cause });
    }, POLL_MS);
  }

  /** Ends when the writes under way have. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#lanes);
  }

  async #run(prefix: string, write: Write): Promise<void> {
    while (!this.#stopped) {
      this.#count += 1;
      const key = `${prefix}-${this.#count}`;
      const value = `value of ${key}`;
      try {
        const { blockNumber } = await write(key, value);
        this.acknowledged.push({ key, value, blockNumber });
      } catch (error) {
        this.failures.push(error);
      }
      await pause(PAUSE_MS);
    }
  }
}

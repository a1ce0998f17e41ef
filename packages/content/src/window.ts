/** Lets a few things run at once: whoever adds one more waits for the oldest. */
export class Window {
  readonly #running: Promise<unknown>[] = [];
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  /** @throws what the oldest threw */
  async add(running: Promise<unknown>): Promise<void> {
    // It is awaited later; until then a failure must not pass as one that nobody handles.
    running.catch(() => undefined);
    this.#running.push(running);
    if (this.#running.length >= this.#size) await this.#running.shift();
  }

  /** Waits until none runs any more, however it ended. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#running.splice(0));
  }

  /** Waits for all. @throws what the first that failed threw */
  async end(): Promise<void> {
    await Promise.all(this.#running.splice(0));
  }
}

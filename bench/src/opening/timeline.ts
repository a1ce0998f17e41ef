import type { ContractEvent } from '@salus/client/events';
import type { SalusClient } from '@salus/client';

interface Heard {
  readonly event: ContractEvent;
  /** By the clock of `performance`. */
  readonly atMs: number;
}

/** When events of a contract arrived from a peer. */
export class Timeline implements AsyncDisposable {
  readonly #ending = new AbortController();
  readonly #heard: Heard[] = [];
  readonly #reading: Promise<void>;
  #tell: () => void = () => undefined;

  constructor(client: SalusClient, contract: string) {
    const events = client.events({ contract, signal: this.#ending.signal });
    this.#reading = this.#read(events);
  }

  /** The first event after a time that is as wanted, and when it arrived. */
  async after(atMs: number, isWanted: (event: ContractEvent) => boolean): Promise<number> {
    for (;;) {
      const found = this.#heard.find((one) => one.atMs >= atMs && isWanted(one.event));
      if (found) return found.atMs;
      await new Promise<void>((resolve) => (this.#tell = resolve));
    }
  }

  /** All that arrived after a time. */
  since(atMs: number): readonly Heard[] {
    return this.#heard.filter((one) => one.atMs >= atMs);
  }

  async #read(events: AsyncIterable<ContractEvent>): Promise<void> {
    for await (const event of events) {
      this.#heard.push({ event, atMs: performance.now() });
      this.#tell();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.#reading;
  }
}

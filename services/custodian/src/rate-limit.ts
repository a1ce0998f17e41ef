import { SalusError } from '@salus/protocol';

/** Takes so many requests of one asker in a time, and no more. */
export class RateLimit {
  readonly #most: number;
  readonly #windowMs: number;
  /** When requests came, by asker. */
  readonly #taken = new Map<string, number[]>();

  constructor({ most, windowMs }: { readonly most: number; readonly windowMs: number }) {
    this.#most = most;
    this.#windowMs = windowMs;
  }

  /** @throws SalusError `ERR_TOO_MANY_REQUESTS` */
  take(asker: string, now: number): void {
    this.#forget(now);
    const times = this.#taken.get(asker) ?? [];
    if (times.length >= this.#most) {
      throw new SalusError('ERR_TOO_MANY_REQUESTS', 'You ask too often', {
        expected: `at most ${this.#most} requests in ${this.#windowMs / 1000} s`,
      });
    }
    this.#taken.set(asker, [...times, now]);
  }

  #forget(now: number): void {
    for (const [asker, times] of this.#taken) {
      const recent = times.filter((at) => now - at < this.#windowMs);
      if (recent.length > 0) this.#taken.set(asker, recent);
      else this.#taken.delete(asker);
    }
  }
}

import type { MemberParts } from '@salus/committee-service';

/** The process ends here. */
export class Crash extends Error {}

/** Everything that a member does to the world outside its process. */
const EFFECTS: ReadonlySet<string> = new Set([
  ...['commitContribution', 'revealContribution', 'confirmShares', 'proveShares', 'finaliseKey'],
  ...['dealReshare', 'finaliseReshare', 'submitPartials', 'complain'],
  ...['put', 'leaveKey', 'send'],
  ...['writeKey', 'destroyKey', 'writeSecret', 'removeSecrets', 'writeRecord'],
]);

/**
 * Crashes a member before the first time that it has an effect, and after the second. It does so for each
 * effect by itself, told apart by its kind and its arguments.
 */
export class Crashes {
  readonly #counts = new Map<string, number>();
  readonly points: string[] = [];

  readonly meddle = (parts: MemberParts): MemberParts => ({
    ...parts,
    ledger: this.#wrap('ledger', parts.ledger),
    store: this.#wrap('store', parts.store),
    post: this.#wrap('post', parts.post),
    home: this.#wrap('home', parts.home),
  });

  #wrap<T extends object>(owner: string, target: T): T {
    return new Proxy(target, {
      get: (_, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        const call = (...args: unknown[]): unknown => Reflect.apply(value, target, args);
        if (!EFFECTS.has(String(name))) return call;
        return (...args: unknown[]) =>
          this.#crashing(pointOf(owner, String(name), args), call, args);
      },
    });
  }

  async #crashing(
    point: string,
    call: (...args: unknown[]) => unknown,
    args: unknown[],
  ): Promise<unknown> {
    const count = (this.#counts.get(point) ?? 0) + 1;
    this.#counts.set(point, count);
    if (count === 1) this.#crash(`before ${point}`);
    const result = await call(...args);
    if (count === 2) this.#crash(`after ${point}`);
    return result;
  }

  #crash(point: string): never {
    this.points.push(point);
    throw new Crash(point);
  }
}

function pointOf(owner: string, name: string, args: readonly unknown[]): string {
  const told = args.map((one) => {
    if (one instanceof Uint8Array) return one.length;
    if (typeof one !== 'object' || one === null) return String(one);
    return 'to' in one ? String(one.to) : '';
  });
  return `${owner}.${name}(${told.join()})`;
}

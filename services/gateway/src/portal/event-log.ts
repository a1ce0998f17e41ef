import { EventEmitter, once } from 'node:events';
import type { SalusClient } from '@salus/client';
import type { ContractEvent } from '@salus/client/events';
import { followLedger, type FollowerFault } from '@salus/service-kit';

/** An event of the ledger about a patient. */
export interface Notice {
  readonly name: string;
  readonly transactionId: string;
  readonly payload: unknown;
}

/** What happened to a patient since a bookmark. */
export interface Notices {
  readonly events: readonly Notice[];
  /** To be given as `since` the next time. */
  readonly bookmark: string;
  /** Older events are no longer held here: the audit trail has all of them. */
  readonly truncated: boolean;
}

interface Held extends Notice {
  readonly block: bigint;
  /** Place among the events of its block. */
  readonly at: number;
  readonly pseudonyms: ReadonlySet<string>;
  /** When this gateway heard of it. */
  readonly heardAt: number;
}

const BOOKMARK = /^\d{1,18}\.\d{1,9}$/;
const MAX_HELD = 100_000;
const MAX_NOTICES = 200;

/** Follows the ledger's events, and tells each patient those about it. */
export class EventLog {
  readonly #held: Held[] = [];
  readonly #news = new EventEmitter().setMaxListeners(0);
  readonly #ending = new AbortController();
  /** The first block of which all is held. */
  #from: bigint;
  #last: { readonly block: bigint; readonly at: number };
  #following: Promise<void> = Promise.resolve();

  constructor(from: bigint) {
    this.#from = from;
    this.#last = { block: from, at: -1 };
  }

  /** Begins so many blocks back. @param report - told where the ledger can't be followed */
  static async follow(
    client: Pick<SalusClient, 'events' | 'height'>,
    historyBlocks: number,
    report: (fault: FollowerFault) => void,
  ): Promise<EventLog> {
    const height = await client.height();
    const from = height > BigInt(historyBlocks) ? height - BigInt(historyBlocks) : 0n;
    const log = new EventLog(from);
    log.#following = followLedger(
      { client, contract: 'ehr', from },
      { handle: (event) => log.add(event), report, signal: log.#ending.signal },
    );
    return log;
  }

  /** Takes events in the order of the chain. */
  add(event: ContractEvent): void {
    const { blockNumber: block, name, transactionId, payload } = event;
    const at = block === this.#last.block ? this.#last.at + 1 : 0;
    this.#last = { block, at };
    const pseudonyms = pseudonymsIn(payload);
    if (pseudonyms.size === 0) return;
    this.#held.push({ block, at, name, transactionId, payload, pseudonyms, heardAt: Date.now() });
    const [first] = this.#held;
    if (this.#held.length > MAX_HELD && first) {
      this.#held.shift();
      this.#from = first.block + 1n;
    }
    this.#news.emit('event');
  }

  /**
   * Events about a patient after a bookmark; waits for the first one where there is none yet.
   *
   * @param since - a bookmark, a time in ISO 8601 for what was heard of after it, or empty for all that is held
   */
  async since(pseudonym: string, since: string, waitMs: number): Promise<Notices> {
    const until = Date.now() + waitMs;
    for (;;) {
      const found = this.#find(pseudonym, since);
      const left = until - Date.now();
      if (found.events.length > 0 || left <= 0 || this.#ending.signal.aborted) return found;
      const signal = AbortSignal.any([AbortSignal.timeout(left), this.#ending.signal]);
      await once(this.#news, 'event', { signal }).catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.#following;
  }

  #find(pseudonym: string, since: string): Notices {
    const [block = this.#from, at = -1n] = BOOKMARK.test(since) ? since.split('.').map(BigInt) : [];
    const time = BOOKMARK.test(since) || since === '' ? 0 : Date.parse(since);
    const after = (one: Held) =>
      one.heardAt >= time && (one.block > block || (one.block === block && BigInt(one.at) > at));
    const found = this.#held.filter((one) => one.pseudonyms.has(pseudonym) && after(one));
    const page = found.slice(0, MAX_NOTICES);
    const end = found.length > page.length ? page.at(-1) : this.#last;
    const last = end && end.at >= 0 ? `${end.block}.${end.at}` : since;
    return {
      events: page.map(({ name, transactionId, payload }) => ({
        name,
        transactionId,
        payload: ownPart(payload, pseudonym),
      })),
      bookmark: last,
      truncated: BOOKMARK.test(since) && block < this.#from,
    };
  }
}

/** Lists in events that are about several patients at once. */
const LISTS = ['patients', 'records'] as const;

function pseudonymsIn(payload: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  const take = (value: unknown) => {
    const { pseudonym } = (value ?? {}) as { pseudonym?: unknown };
    if (typeof pseudonym === 'string') found.add(pseudonym);
  };
  take(payload);
  for (const list of LISTS) itemsOf(payload, list).forEach(take);
  return found;
}

/** An event as one patient may see it: without what it says of others. */
function ownPart(payload: unknown, pseudonym: string): unknown {
  const lists = LISTS.filter((list) => itemsOf(payload, list).length > 0);
  const own = lists.map((list) => {
    const items = itemsOf(payload, list);
    return [list, items.filter((one) => (one as { pseudonym?: unknown }).pseudonym === pseudonym)];
  });
  return { ...(payload as object), ...Object.fromEntries(own) };
}

function itemsOf(payload: unknown, list: (typeof LISTS)[number]): readonly unknown[] {
  const items = (payload as Readonly<Record<string, unknown>> | null)?.[list];
  return Array.isArray(items) ? (items as unknown[]) : [];
}

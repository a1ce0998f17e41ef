import { unwrap } from '@salus/client/errors';
import { DAY_MS, SalusError, ownOf } from '@salus/protocol';
import { pauseAfter } from '@salus/service-kit';
import { httpMeaning, isTransient } from '../errors/outcome.js';
import { NotYet, Refusal } from '../errors/refusal.js';
import type { SealedFolder } from '../storage/sealed-folder.js';
import {
  entryId,
  entrySchema,
  isHealable,
  isWaiting,
  requestHashOf,
  type Answer,
  type Entry,
  type Operation,
} from './entry.js';

/**
 * Carries an operation out. It may be called again for the same request after a crash at any point. It then
 * has to find what it did before: its writes go by IDs that derive from the request.
 */
export type Handler = (
  request: unknown,
  entry: Pick<Entry, 'id' | 'practitioner'>,
) => Promise<Answer>;

export interface OutboxOptions {
  readonly folder: SealedFolder;
  readonly handlers: Readonly<Record<string, Handler>>;
  readonly clock?: () => number;
  /** Kinds that bring what others may wait for: when one is done, what waits is tried again. */
  readonly awaited?: readonly string[];
  /** So long the answer of an operation is kept for who repeats it, and so long one waits. */
  readonly retentionMs?: number;
  /** Told of what goes on; never of content. */
  readonly report?: (event: {
    readonly id: string;
    readonly kind: string;
    readonly outcome: string;
  }) => void;
}

/** An operation that is on the disk. */
export interface Accepted {
  readonly id: string;
  readonly done: Promise<Entry>;
}

const WEEK_MS = 7 * DAY_MS;
const BACK_OFF = { firstMs: 15_000, mostMs: 300_000 };
/** Operations that are taken up at a time: one that is slow doesn't keep all others. */
const PARALLEL = 4;

/** Which operations are taken up, besides those that are due. */
export interface Resumed {
  /** Those that wait for a later attempt, too. */
  readonly all?: boolean;
  /** Those that wait for what is yet to come, too. */
  readonly waiting?: boolean;
}

/**
 * Writes that go from a hospital's system to the ledger. Each is on the disk, encrypted, before it begins,
 * and with its answer when it is done. Whoever repeats a request with the same key gets the same answer;
 * what a crash cut off is taken up again. Nothing is lost, and nothing done twice. A refusal stands only where
 * the request is its reason: after any other, the request repeated is carried out anew.
 */
export class Outbox {
  readonly #options: Required<OutboxOptions>;
  readonly #unended = new Set<string>();
  readonly #journaling = new Map<string, Promise<Entry>>();
  readonly #running = new Map<string, Promise<Entry>>();
  #resuming: Promise<void> | undefined;

  constructor(options: OutboxOptions) {
    this.#options = {
      clock: Date.now,
      retentionMs: WEEK_MS,
      awaited: [],
      report: () => undefined,
      ...options,
    };
  }

  /**
   * Journals an operation, and carries it out.
   *
   * @returns the entry: done or refused with its answer; still pending when what it needs is away
   * @throws SalusError `ERR_CONFLICT` (422) for a key that stands for another request
   */
  async submit(operation: Operation): Promise<Entry> {
    const { done } = await this.accept(operation);
    return done;
  }

  /**
   * Journals an operation, and begins it. When this returns, the operation is on the disk.
   *
   * @returns `done` as {@link submit}
   * @throws SalusError as {@link submit}
   */
  async accept(operation: Operation): Promise<Accepted> {
    const { practitioner, client, kind, request } = operation;
    const requestHash = requestHashOf(operation);
    const id = entryId(operation);
    // One at a time for a key: of two that come together, the second has the first one's outcome.
    let journaled = this.#journaling.get(id);
    if (!journaled) {
      const by = { practitioner, ...(client !== undefined && { client }) };
      const entry = { id, kind, ...by, requestHash, request };
      journaled = this.#journal(entry).finally(() => this.#journaling.delete(id));
      this.#journaling.set(id, journaled);
    }
    const entry = await journaled;
    if (entry.requestHash !== requestHash) {
      throw new Refusal('ERR_CONFLICT', 'The idempotency key stands for another request', {
        status: 422,
        argument: 'Idempotency-Key',
      });
    }
    const done = entry.state === 'PENDING' ? this.#run(entry) : Promise.resolve(entry);
    // Whoever waits for it is told; the journal knows what became of it in any case.
    done.catch(() => undefined);
    return { id, done };
  }

  /** An entry by its ID. */
  async find(id: string): Promise<Entry | undefined> {
    if (!/^[0-9a-f]{64}$/.test(id)) return undefined;
    const kept = await this.#options.folder.get(id);
    return kept === undefined ? undefined : entrySchema.parse(kept);
  }

  /**
   * Takes up what was cut off and what is due, in the order in which it came, and forgets what is older than the
   * retention. A file that doesn't open is set aside, and reported; the others are taken up all the same.
   */
  resume(which: Resumed = {}): Promise<void> {
    const before = this.#resuming;
    // What is due now is among what is being taken up, or is due at the next call.
    if (before && which.all !== true && which.waiting !== true) return before;
    const resuming = (before ?? Promise.resolve())
      .catch(() => undefined)
      .then(() => this.#takeUp(which))
      .finally(() => {
        if (this.#resuming === resuming) this.#resuming = undefined;
      });
    this.#resuming = resuming;
    return resuming;
  }

  async #takeUp(which: Resumed): Promise<void> {
    const { folder, clock, retentionMs } = this.#options;
    const due: Pick<Entry, 'id' | 'receivedAt'>[] = [];
    for (const id of await folder.names()) {
      const entry = await this.#readable(id);
      if (!entry) continue;
      const { receivedAt } = entry;
      if (entry.state === 'PENDING') {
        if (isDue(entry, clock(), which)) due.push({ id, receivedAt });
      } else if (clock() - Date.parse(receivedAt) > retentionMs) await folder.remove(id);
    }
    due.sort((left, right) => (left.receivedAt < right.receivedAt ? -1 : 1));
    const next = due.values();
    const worker = async () => {
      for (const { id } of next) {
        const entry = await this.#readable(id);
        if (entry?.state === 'PENDING') await this.#run(entry).catch(this.#reportFault(id));
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, worker));
  }

  /** An entry by its ID; undefined for one that can't be read, which is reported. */
  async #readable(id: string): Promise<Entry | undefined> {
    try {
      return await this.find(id);
    } catch (error) {
      this.#reportFault(id)(error);
      // What opens in another form, or could not be read this time, is left where it is.
      if (unwrap(error).code === 'ERR_DECRYPTION_FAILED') await this.#options.folder.setAside(id);
      return undefined;
    }
  }

  #reportFault(id: string) {
    return (error: unknown) => {
      this.#options.report({ id, kind: 'unknown', outcome: unwrap(error).code });
      return undefined;
    };
  }

  /** How many operations are begun and not ended, as far as this process knows. */
  get pending(): number {
    return this.#unended.size;
  }

  /** Waits for what runs. */
  async settle(): Promise<void> {
    await this.#resuming?.catch(() => undefined);
    await Promise.allSettled(this.#running.values());
  }

  async #journal(fresh: Omit<Entry, 'state' | 'receivedAt' | 'attempts'>): Promise<Entry> {
    const found = await this.#readable(fresh.id);
    const isAnew = found && isHealable(found) && found.requestHash === fresh.requestHash;
    if (found && !isAnew) return found;
    const receivedAt = new Date(this.#options.clock()).toISOString();
    const entry: Entry = { ...fresh, state: 'PENDING', receivedAt, attempts: 0 };
    await this.#options.folder.put(entry.id, entry);
    return entry;
  }

  #run(entry: Entry): Promise<Entry> {
    const { id } = entry;
    this.#unended.add(id);
    const known = this.#running.get(id);
    if (known) return known;
    const running = this.#continue(entry).finally(() => this.#running.delete(id));
    this.#running.set(id, running);
    return running;
  }

  /** Of an entry that was read before another one's work on it ended, the outcome counts. */
  async #continue(entry: Entry): Promise<Entry> {
    const current = (await this.find(entry.id)) ?? entry;
    const ended = current.state === 'PENDING' ? await this.#perform(current) : current;
    if (ended.state !== 'PENDING') this.#unended.delete(entry.id);
    return ended;
  }

  async #perform(entry: Entry): Promise<Entry> {
    const { folder, handlers, report, awaited } = this.#options;
    const { nextAttemptAt: _, ...started } = entry;
    const { id, kind, practitioner, request, attempts } = entry;
    let ended: Entry;
    try {
      const handler = ownOf(handlers, kind);
      if (!handler) throw new SalusError('ERR_INTERNAL', `Nothing carries out ${kind}`);
      const answer = await handler(request, { id, practitioner });
      // What was asked for is needed no longer, and it is a patient's.
      ended = { ...started, state: 'DONE', request: null, attempts: attempts + 1, answer };
    } catch (cause) {
      ended = this.#failed(started, unwrap(cause));
    }
    await folder.put(id, ended);
    const outcome = ended.state === 'DONE' ? ended.state : (ended.lastError ?? ended.state);
    report({ id, kind, outcome });
    if (ended.state === 'DONE' && awaited.includes(kind)) {
      void this.resume({ waiting: true }).catch(this.#reportFault(id));
    }
    return ended;
  }

  /** What becomes of an operation that failed: it is tried again later, or refused. */
  #failed(entry: Entry, error: SalusError): Entry {
    const { clock, retentionMs } = this.#options;
    const attempts = entry.attempts + 1;
    const failed = { ...entry, attempts, lastError: error.code };
    const waits = error instanceof NotYet && clock() - Date.parse(entry.receivedAt) < retentionMs;
    if (waits || isTransient(error.code) || httpMeaning(error.code).status >= 500) {
      const nextAttemptAt = new Date(clock() + pauseAfter(attempts, BACK_OFF)).toISOString();
      return { ...failed, nextAttemptAt };
    }
    return { ...failed, state: 'REFUSED', request: null, refusal: refusalOf(error) };
  }
}

function isDue(entry: Entry, now: number, { all = false, waiting = false }: Resumed): boolean {
  const { nextAttemptAt } = entry;
  if (all || nextAttemptAt === undefined || Date.parse(nextAttemptAt) <= now) return true;
  return waiting && isWaiting(entry);
}

function refusalOf(error: SalusError): NonNullable<Entry['refusal']> {
  const { code, message, argument } = error;
  const issues = error instanceof Refusal ? [...error.issues] : [];
  const status = error instanceof Refusal ? error.status : undefined;
  return {
    code,
    message,
    issues,
    ...(argument !== undefined && { argument }),
    ...(status !== undefined && { status }),
  };
}

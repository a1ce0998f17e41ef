import { unwrap } from '@salus/client/errors';
import { DAY_MS, SalusError, ownOf } from '@salus/protocol';
import { httpMeaning, isTransient } from '../errors/outcome.js';
import { Refusal } from '../errors/refusal.js';
import type { SealedFolder } from '../storage/sealed-folder.js';
import {
  entryId,
  entrySchema,
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
  /** So long the answer of an operation is kept for who repeats it. */
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

/**
 * Writes that go from a hospital's system to the ledger. Each is on the disk, encrypted, before it begins,
 * and with its answer when it is done. Whoever repeats a request with the same key gets the same answer;
 * what a crash cut off is taken up again. Nothing is lost, and nothing done twice.
 */
export class Outbox {
  readonly #options: Required<Pick<OutboxOptions, 'clock' | 'retentionMs' | 'report'>> &
    OutboxOptions;
  readonly #unended = new Set<string>();
  readonly #journaling = new Map<string, Promise<Entry>>();
  readonly #running = new Map<string, Promise<Entry>>();

  constructor(options: OutboxOptions) {
    this.#options = {
      clock: Date.now,
      retentionMs: WEEK_MS,
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
    const { practitioner, kind, request } = operation;
    const requestHash = requestHashOf(operation);
    const id = entryId(operation);
    // One at a time for a key: of two that come together, the second has the first one's outcome.
    let journaled = this.#journaling.get(id);
    if (!journaled) {
      const entry = { id, kind, practitioner, requestHash, request };
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

  /** Takes up what was cut off or had to wait, and forgets what is older than the retention. */
  async resume(): Promise<void> {
    const { folder, clock, retentionMs } = this.#options;
    for (const id of await folder.names()) {
      const entry = await this.find(id);
      if (!entry) continue;
      if (entry.state === 'PENDING') await this.#run(entry);
      else if (clock() - Date.parse(entry.receivedAt) > retentionMs) await folder.remove(id);
    }
  }

  /** How many operations are begun and not ended, as far as this process knows. */
  get pending(): number {
    return this.#unended.size;
  }

  /** Waits for what runs. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#running.values());
  }

  async #journal(fresh: Omit<Entry, 'state' | 'receivedAt' | 'attempts'>): Promise<Entry> {
    const found = await this.find(fresh.id);
    if (found) return found;
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
    const { folder, handlers, report } = this.#options;
    const { id, kind, practitioner, request, attempts } = entry;
    let ended: Entry;
    try {
      const handler = ownOf(handlers, kind);
      if (!handler) throw new SalusError('ERR_INTERNAL', `Nothing carries out ${kind}`);
      const answer = await handler(request, { id, practitioner });
      // What was asked for is needed no longer, and it is a patient's.
      ended = { ...entry, state: 'DONE', request: null, attempts: attempts + 1, answer };
    } catch (cause) {
      const error = unwrap(cause);
      if (isTransient(error.code) || httpMeaning(error.code).status >= 500) {
        ended = { ...entry, attempts: attempts + 1, lastError: error.code };
      } else {
        ended = { ...entry, state: 'REFUSED', request: null, attempts: attempts + 1 };
        ended = { ...ended, lastError: error.code, refusal: refusalOf(error) };
      }
    }
    await folder.put(id, ended);
    report({ id, kind, outcome: ended.lastError ?? ended.state });
    return ended;
  }
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

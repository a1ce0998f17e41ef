import { LOOKS_FOR_UNKNOWN, MOST_UNKNOWN } from '@salus/service-kit';
import type { MemberHome } from './member-home.js';
import { WORKLIST_RECORD, worklistSchema } from './memory-form.js';

/** Something that a member has to see to until it is done. */
export type Task = { readonly keyId: string } | { readonly openingId: string };

/** A task's turn; another one takes its place when the task is added again meanwhile. */
export interface Turn {
  readonly task: Task;
  /** In milliseconds; grows with every look that finds nothing to do. */
  readonly delay: number;
  readonly dueAt: number;
  /** Whether the ledger has what the task is about. */
  readonly isFound: boolean;
  /** Looks that found nothing on the ledger. */
  readonly misses: number;
}

const FIRST_DELAY_MS = 250;
const MOST_DELAY_MS = 60_000;
const GROWTH = 1.5;

/** What is to be done, on disk: a task that was taken from an event survives a crash. */
export class Worklist {
  readonly #home: Pick<MemberHome, 'readRecord' | 'writeRecord'>;
  readonly #turns = new Map<string, Turn>();
  #unfound = 0;
  #wake: (() => void) | undefined;
  readonly #waiting = new Set<() => void>();
  #saved: Promise<void> = Promise.resolve();

  constructor(home: Pick<MemberHome, 'readRecord' | 'writeRecord'>) {
    this.#home = home;
  }

  async load(): Promise<void> {
    for (const name of (await this.#home.readRecord(WORKLIST_RECORD, worklistSchema)) ?? []) {
      this.#set(name, firstTurn(JSON.parse(name) as Task));
    }
  }

  get size(): number {
    return this.#turns.size;
  }

  /**
   * Adds a task, or has it looked at again at once. Waits while {@link MOST_UNKNOWN} tasks may be forged ones: they
   * are found or given up within moments.
   *
   * @throws the signal's reason where it ends the wait; the task was not added
   */
  async add(task: Task, signal?: AbortSignal): Promise<void> {
    const name = JSON.stringify(task);
    while (!this.#turns.has(name) && this.#unfound >= MOST_UNKNOWN) {
      signal?.throwIfAborted();
      await this.#room(signal);
    }
    const known = this.#turns.get(name);
    this.#set(name, { ...firstTurn(task), isFound: known?.isFound ?? false });
    if (!known) await this.#save();
    this.#wake?.();
  }

  /** The ledger has what the task is about. @returns the turn, which goes on */
  found(turn: Turn): Turn {
    const found = { ...turn, isFound: true };
    if (this.#isLatest(turn)) this.#set(JSON.stringify(turn.task), found);
    return found;
  }

  /** The ledger does not have it. @returns whether the task is given up */
  async miss(turn: Turn): Promise<boolean> {
    const misses = turn.misses + 1;
    if (misses < LOOKS_FOR_UNKNOWN) {
      this.#postpone(turn, misses);
      return false;
    }
    await this.finish(turn);
    return true;
  }

  /** The task is done, unless it was added again since the turn began. */
  async finish(turn: Turn): Promise<void> {
    if (!this.#isLatest(turn)) return;
    this.#set(JSON.stringify(turn.task), undefined);
    await this.#save();
  }

  /** Looked at in vain: the next look comes later. */
  postpone(turn: Turn): void {
    this.#postpone(turn, turn.misses);
  }

  /** The task that is due first, once it is. Undefined when told to end. */
  async next(signal: AbortSignal): Promise<Turn | undefined> {
    while (!signal.aborted) {
      const [first] = [...this.#turns.values()].sort((one, other) => one.dueAt - other.dueAt);
      const wait = (first?.dueAt ?? Infinity) - Date.now();
      if (first && wait <= 0) return first;
      await this.#rest(Math.min(wait, MOST_DELAY_MS), signal);
    }
    return undefined;
  }

  #postpone(turn: Turn, misses: number): void {
    if (!this.#isLatest(turn)) return;
    const { task, delay } = turn;
    const later = Math.min(delay * GROWTH, MOST_DELAY_MS);
    const next = { ...turn, misses, delay: later, dueAt: Date.now() + delay };
    this.#set(JSON.stringify(task), next);
  }

  /** The one way in and out: what may be forged is counted here. */
  #set(name: string, turn: Turn | undefined): void {
    const before = this.#turns.get(name);
    if (before?.isFound === false) this.#unfound -= 1;
    if (turn?.isFound === false) this.#unfound += 1;
    if (turn === undefined) this.#turns.delete(name);
    else this.#turns.set(name, turn);
    if (this.#unfound < MOST_UNKNOWN) for (const goOn of this.#waiting) goOn();
  }

  #room(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        signal?.removeEventListener('abort', end);
        this.#waiting.delete(end);
        resolve();
      };
      signal?.addEventListener('abort', end, { once: true });
      this.#waiting.add(end);
    });
  }

  #rest(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      signal.addEventListener('abort', end, { once: true });
      this.#wake = end;
    });
  }

  #isLatest(turn: Turn): boolean {
    return this.#turns.get(JSON.stringify(turn.task)) === turn;
  }

  /** One after the other: an older list must not replace a newer one. */
  #save(): Promise<void> {
    const write = () => this.#home.writeRecord(WORKLIST_RECORD, [...this.#turns.keys()]);
    const saved = this.#saved.then(write);
    this.#saved = saved.catch(() => undefined);
    return saved;
  }
}

function firstTurn(task: Task): Turn {
  return { task, delay: FIRST_DELAY_MS, dueAt: Date.now(), isFound: false, misses: 0 };
}

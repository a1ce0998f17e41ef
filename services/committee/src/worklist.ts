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
}

const FIRST_DELAY_MS = 250;
const MOST_DELAY_MS = 60_000;
const GROWTH = 1.5;

/** What is to be done, on disk: a task that was taken from an event survives a crash. */
export class Worklist {
  readonly #home: Pick<MemberHome, 'readRecord' | 'writeRecord'>;
  readonly #turns = new Map<string, Turn>();
  #wake: (() => void) | undefined;
  #saved: Promise<void> = Promise.resolve();

  constructor(home: Pick<MemberHome, 'readRecord' | 'writeRecord'>) {
    this.#home = home;
  }

  async load(): Promise<void> {
    for (const name of (await this.#home.readRecord(WORKLIST_RECORD, worklistSchema)) ?? []) {
      this.#turns.set(name, firstTurn(JSON.parse(name) as Task));
    }
  }

  /** Adds a task, or has it looked at again at once. */
  async add(task: Task): Promise<void> {
    const name = JSON.stringify(task);
    const isKnown = this.#turns.has(name);
    this.#turns.set(name, firstTurn(task));
    if (!isKnown) await this.#save();
    this.#wake?.();
  }

  /** The task is done, unless it was added again since the turn began. */
  async finish(turn: Turn): Promise<void> {
    if (!this.#isLatest(turn)) return;
    this.#turns.delete(JSON.stringify(turn.task));
    await this.#save();
  }

  /** Looked at in vain: the next look comes later. */
  postpone(turn: Turn): void {
    if (!this.#isLatest(turn)) return;
    const { task, delay } = turn;
    const later = Math.min(delay * GROWTH, MOST_DELAY_MS);
    this.#turns.set(JSON.stringify(task), { task, delay: later, dueAt: Date.now() + delay });
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
  return { task, delay: FIRST_DELAY_MS, dueAt: Date.now() };
}

import { z } from 'zod';
import type { MemberHome } from './member-home.js';

/** Something that a member has to see to until it is done. */
export type Task = { readonly keyId: string } | { readonly openingId: string };

const RECORD = 'worklist';
const schema = z.array(z.string());

interface Entry {
  readonly task: Task;
  /** In milliseconds; grows with every look that finds nothing to do. */
  delay: number;
  dueAt: number;
}

const FIRST_DELAY_MS = 250;
const MOST_DELAY_MS = 60_000;
const GROWTH = 1.5;

/** What is to be done, on disk: a task that was taken from an event survives a crash. */
export class Worklist {
  readonly #home: Pick<MemberHome, 'readRecord' | 'writeRecord'>;
  readonly #entries = new Map<string, Entry>();
  #wake: (() => void) | undefined;

  constructor(home: Pick<MemberHome, 'readRecord' | 'writeRecord'>) {
    this.#home = home;
  }

  async load(): Promise<void> {
    for (const name of schema.parse((await this.#home.readRecord(RECORD)) ?? [])) {
      this.#entries.set(name, entryOf(JSON.parse(name) as Task));
    }
  }

  /** Adds a task, or has it looked at again at once. */
  async add(task: Task): Promise<void> {
    const name = JSON.stringify(task);
    const isKnown = this.#entries.has(name);
    this.#entries.set(name, entryOf(task));
    if (!isKnown) await this.#save();
    this.#wake?.();
  }

  async remove(task: Task): Promise<void> {
    if (this.#entries.delete(JSON.stringify(task))) await this.#save();
  }

  /** Looked at in vain: the next look comes later. */
  postpone(task: Task): void {
    const entry = this.#entries.get(JSON.stringify(task));
    if (!entry) return;
    entry.dueAt = Date.now() + entry.delay;
    entry.delay = Math.min(entry.delay * GROWTH, MOST_DELAY_MS);
  }

  /** The task that is due first, once it is. Undefined when told to end. */
  async next(signal: AbortSignal): Promise<Task | undefined> {
    while (!signal.aborted) {
      const [first] = [...this.#entries.values()].sort((one, other) => one.dueAt - other.dueAt);
      const wait = (first?.dueAt ?? Infinity) - Date.now();
      if (first && wait <= 0) return first.task;
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

  #save(): Promise<void> {
    return this.#home.writeRecord(RECORD, [...this.#entries.keys()]);
  }
}

function entryOf(task: Task): Entry {
  return { task, delay: FIRST_DELAY_MS, dueAt: Date.now() };
}

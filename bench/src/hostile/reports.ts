import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { BroadcastChannel, Worker } from 'node:worker_threads';
import { CHANNEL, type WorkerReport } from './worker-report.js';

/** What a worker posted before its answer arrives a moment after it. */
const LATEST_MS = 1000;

interface Seen {
  readonly loads: number;
  readonly refusals: number;
  readonly threads: ReadonlySet<number>;
}

type Post = (this: Worker, message: object, ...transfer: []) => void;

/** What workers tell of their answers, by the input for which they were asked. */
export class Reports implements Disposable {
  readonly #channel = new BroadcastChannel(CHANNEL);
  readonly #asking = new AsyncLocalStorage<number>();
  readonly #seen = new Map<number, Seen>();
  readonly #heaps = new Map<number, number>();
  readonly #post: Post;

  constructor() {
    this.#channel.onmessage = (event: unknown) => {
      this.#note((event as { data: WorkerReport }).data);
    };
    this.#channel.unref();
    const asking = this.#asking;
    // Taken for all workers, and given back: an engine's requests have no place for a number.
    const own = Object.getOwnPropertyDescriptor(Worker.prototype, 'postMessage');
    const post = (this.#post = own?.value as Post);
    Worker.prototype.postMessage = function (message: object, ...transfer: []) {
      post.call(this, { ...message, tag: asking.getStore() }, ...transfer);
    };
  }

  /** Has all requests that an action makes counted for one input. */
  of<T>(tag: number, action: () => Promise<T>): Promise<T> {
    return this.#asking.run(tag, action);
  }

  seen(tag: number): Seen {
    return this.#seen.get(tag) ?? { loads: 0, refusals: 0, threads: new Set() };
  }

  /** Threads so far: more than there are workers where some were replaced. */
  get threads(): number {
    return this.#heaps.size;
  }

  /** Memory of SEAL in the youngest threads. */
  heapBytes(workers: number): number {
    const heaps = [...this.#heaps].sort(([one], [other]) => other - one).slice(0, workers);
    return heaps.reduce((sum, [, bytes]) => sum + bytes, 0);
  }

  async settled(): Promise<void> {
    await pause(LATEST_MS);
  }

  #note({ threadId, tag, loads, refusals, heapBytes }: WorkerReport): void {
    this.#heaps.set(threadId, heapBytes);
    if (tag === undefined) return;
    const before = this.seen(tag);
    this.#seen.set(tag, {
      loads: before.loads + loads,
      refusals: before.refusals + refusals,
      threads: new Set([...before.threads, threadId]),
    });
  }

  [Symbol.dispose](): void {
    Worker.prototype.postMessage = this.#post;
    this.#channel.close();
  }
}

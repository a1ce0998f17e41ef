import { ComputeError } from '../bfv/errors.js';
import type { OperationName } from './protocol.js';
import type { EvaluateOptions } from './types.js';
import { WorkerSlot, type Job, type WorkerOptions } from './worker-slot.js';

export interface WorkerQueueOptions extends WorkerOptions {
  readonly workers: number;
  /** Requests that may wait; more are refused. */
  readonly maxWaiting: number;
}

/** Hands jobs to workers in the order of asking, and refuses more than a bounded number. */
export class WorkerQueue {
  readonly #maxWaiting: number;
  readonly #slots: readonly WorkerSlot[];
  readonly #waiting: Job[] = [];
  readonly #forRoom: (() => void)[] = [];
  #closed = false;

  constructor(options: WorkerQueueOptions) {
    this.#maxWaiting = options.maxWaiting;
    this.#slots = Array.from(
      { length: options.workers },
      () => new WorkerSlot(options, () => this.#next()),
    );
  }

  /** @throws ComputeError ERR_ENGINE_UNAVAILABLE, ERR_ENGINE_BUSY, ERR_CANCELLED, or the operation's */
  run(
    operation: OperationName,
    prepare: Job['prepare'],
    { signal, onProgress }: EvaluateOptions = {},
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw closedError();
      if (signal?.aborted) throw cancelledError(operation, signal);
      if (!this.#hasRoom()) throw busyError(this.#maxWaiting);
      const cancelled = new Int32Array(new SharedArrayBuffer(4));
      const cancel = () => {
        Atomics.store(cancelled, 0, 1);
        const position = this.#waiting.indexOf(job);
        if (position !== -1) this.#waiting.splice(position, 1);
        reject(cancelledError(operation, signal));
      };
      const settled = () => signal?.removeEventListener('abort', cancel);
      const job: Job = {
        operation,
        prepare,
        onProgress,
        cancelled,
        resolve: (result) => {
          settled();
          resolve(result);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      };
      signal?.addEventListener('abort', cancel, { once: true });
      this.#waiting.push(job);
      this.#next();
    });
  }

  /** Starts the workers that do not run, so that no request waits for that. */
  warmUp(): void {
    if (this.#closed) throw closedError();
    for (const slot of this.#slots) slot.warmUp();
  }

  /** Waits until a request would be taken on. */
  async capacity(): Promise<void> {
    while (!this.#closed && !this.#hasRoom()) {
      await new Promise<void>((resolve) => this.#forRoom.push(resolve));
    }
    if (this.#closed) throw closedError();
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#waiting.splice(0)) job.reject(closedError());
    await Promise.all(this.#slots.map((slot) => slot.close(closedError())));
    this.#tellOfRoom();
  }

  #hasRoom(): boolean {
    return this.#waiting.length < this.#maxWaiting;
  }

  #next(): void {
    for (const slot of this.#slots) {
      if (!slot.idle) continue;
      const job = this.#waiting.shift();
      if (job === undefined) break;
      slot.start(job);
    }
    this.#tellOfRoom();
  }

  #tellOfRoom(): void {
    if (this.#closed || this.#hasRoom()) for (const tell of this.#forRoom.splice(0)) tell();
  }
}

function closedError(): ComputeError {
  return new ComputeError('ERR_ENGINE_UNAVAILABLE', 'the engine is closed');
}

function busyError(maxWaiting: number): ComputeError {
  return new ComputeError('ERR_ENGINE_BUSY', 'too many requests wait', {
    expected: `at most ${maxWaiting}; \`engine.capacity()\` waits for room`,
  });
}

function cancelledError(operation: OperationName, signal: AbortSignal | undefined): ComputeError {
  return new ComputeError('ERR_CANCELLED', `${operation} was given up`, { cause: signal?.reason });
}

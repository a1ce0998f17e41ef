import { Worker } from 'node:worker_threads';
import { ComputeError } from './errors.js';
import type { OperationName, WorkerReply } from './protocol.js';

interface Job {
  readonly operation: OperationName;
  readonly request: unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: ComputeError) => void;
}

export interface WorkerQueueOptions {
  readonly workerPath: string;
  readonly workerData: unknown;
  readonly timeoutMs: number;
}

/**
 * Hands jobs to one worker, one at a time, so that the watchdog measures the job and not the wait.
 * A worker that failed inside SEAL, hung or died is replaced before the next job.
 */
export class WorkerQueue {
  readonly #options: WorkerQueueOptions;
  readonly #waiting: Job[] = [];
  #worker: Worker | undefined;
  #current: Job | undefined;
  #watchdog: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: WorkerQueueOptions) {
    this.#options = options;
  }

  run(operation: OperationName, request: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(closedError());
        return;
      }
      this.#waiting.push({ operation, request, resolve, reject });
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const unfinished = [...(this.#current ? [this.#current] : []), ...this.#waiting];
    this.#waiting.length = 0;
    this.#current = undefined;
    clearTimeout(this.#watchdog);
    for (const job of unfinished) job.reject(closedError());
    await this.#discardWorker();
  }

  #next(): void {
    if (this.#current !== undefined) return;
    const job = this.#waiting.shift();
    if (job === undefined) {
      this.#worker?.unref();
      return;
    }
    this.#current = job;
    const { operation, request } = job;
    const worker = (this.#worker ??= this.#startWorker());
    worker.ref();
    this.#watchdog = setTimeout(() => {
      this.#abandon(
        new ComputeError('ERR_ENGINE_TIMEOUT', `${operation} did not end in time`, {
          expected: `an answer within ${this.#options.timeoutMs} ms`,
        }),
      );
    }, this.#options.timeoutMs);
    try {
      worker.postMessage({ operation, request });
    } catch (cause) {
      this.#finish((current) =>
        current.reject(
          new ComputeError('ERR_ENGINE_FAILED', `${operation} got an argument that can't be sent`, {
            cause,
          }),
        ),
      );
    }
  }

  #startWorker(): Worker {
    const { workerPath, workerData } = this.#options;
    const worker = new Worker(workerPath, { workerData });
    const died = (cause: unknown) => {
      if (this.#worker !== worker) return;
      this.#abandon(new ComputeError('ERR_ENGINE_FAILED', 'the worker died', { cause }));
    };
    worker.on('message', (reply: WorkerReply) => {
      if (this.#worker === worker) this.#settle(reply);
    });
    worker.on('error', died);
    worker.on('exit', died);
    return worker;
  }

  #settle(reply: WorkerReply): void {
    if ('result' in reply) {
      this.#finish((job) => job.resolve(reply.result));
      return;
    }
    const { code, message, ...details } = reply.failure;
    if (reply.recycle) void this.#discardWorker();
    this.#finish((job) => job.reject(new ComputeError(code, message, details)));
  }

  #abandon(error: ComputeError): void {
    void this.#discardWorker();
    this.#finish((job) => job.reject(error));
  }

  #finish(settle: (job: Job) => void): void {
    const job = this.#current;
    this.#current = undefined;
    clearTimeout(this.#watchdog);
    if (job !== undefined) settle(job);
    this.#next();
  }

  async #discardWorker(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }
}

function closedError(): ComputeError {
  return new ComputeError('ERR_ENGINE_UNAVAILABLE', 'the engine is closed');
}

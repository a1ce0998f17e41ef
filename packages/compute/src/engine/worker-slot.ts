import { Worker } from 'node:worker_threads';
import { ComputeError } from '../bfv/errors.js';
import { InParts, type OperationName, type WorkerReply, type WorkerRequest } from './protocol.js';
import { Staging } from './staging.js';
import type { Progress } from './types.js';

/** One request on its way through a worker. */
export interface Job {
  readonly operation: OperationName;
  /** Makes the request when its turn comes: what waits holds no copies of ciphertexts. */
  readonly prepare: (staging: Staging) => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: ComputeError) => void;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Set to 1 when nobody wants the result any more; the worker looks between inputs. */
  readonly cancelled: Int32Array;
}

export interface WorkerOptions {
  readonly workerPath: string;
  readonly workerData: unknown;
  readonly timeoutMs: number;
}

/**
 * One worker that does one job at a time, so that the watchdog measures the job and not the wait. A
 * worker that failed inside SEAL, hung, died or grew is replaced before the next job.
 */
export class WorkerSlot {
  readonly #options: WorkerOptions;
  readonly #onIdle: () => void;
  #worker: Worker | undefined;
  #current: Job | undefined;
  readonly #staging = new Staging();
  /** What is still to be sent of the current job. */
  #parts: InParts['parts'] | undefined;
  #watchdog: NodeJS.Timeout | undefined;

  constructor(options: WorkerOptions, onIdle: () => void) {
    this.#options = options;
    this.#onIdle = onIdle;
  }

  get idle(): boolean {
    return this.#current === undefined;
  }

  /** Starts the worker before there is a job for it. */
  warmUp(): void {
    if (this.#worker !== undefined) return;
    this.#worker = this.#startWorker();
    this.#worker.unref();
  }

  start(job: Job): void {
    this.#current = job;
    const { operation, prepare } = job;
    try {
      const request = prepare(this.#staging);
      this.#parts = request instanceof InParts ? request.parts : undefined;
      const worker = (this.#worker ??= this.#startWorker());
      worker.ref();
      this.#watchdog = setTimeout(() => {
        this.#abandon(
          new ComputeError('ERR_ENGINE_TIMEOUT', `${operation} did not end in time`, {
            expected: `an answer within ${this.#options.timeoutMs} ms`,
          }),
        );
      }, this.#options.timeoutMs);
      this.#post(worker, job, this.#parts === undefined ? request : this.#parts.next().value);
    } catch (cause) {
      this.#fail(operation, cause);
    }
  }

  async close(error: ComputeError): Promise<void> {
    const job = this.#current;
    this.#current = undefined;
    clearTimeout(this.#watchdog);
    job?.reject(error);
    await this.#discardWorker();
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
    if ('progress' in reply) {
      if (this.#current?.cancelled[0] === 0) this.#current.onProgress?.(reply.progress);
      return;
    }
    this.#staging.takeBack(reply.staging);
    if ('result' in reply && this.#postNext()) return;
    if (reply.recycle) void this.#discardWorker();
    if ('result' in reply) {
      this.#finish((job) => job.resolve(reply.result));
      return;
    }
    const { code, message, ...details } = reply.failure;
    this.#finish((job) => job.reject(new ComputeError(code, message, details)));
  }

  /** @returns whether the request has another part, which is on its way or has failed */
  #postNext(): boolean {
    const [job, worker] = [this.#current, this.#worker];
    if (this.#parts === undefined || job === undefined || worker === undefined) return false;
    try {
      const next = this.#parts.next();
      if (next.done === true) return false;
      this.#post(worker, job, next.value);
    } catch (cause) {
      this.#fail(job.operation, cause);
    }
    return true;
  }

  #post(worker: Worker, { operation, onProgress, cancelled }: Job, request: unknown): void {
    const reports = onProgress !== undefined;
    const staging = this.#staging.handOver();
    const message = { operation, request, reports, cancelled, staging } satisfies WorkerRequest;
    worker.postMessage(message, staging === undefined ? [] : [staging]);
  }

  #fail(operation: OperationName, cause: unknown): void {
    this.#finish((current) => {
      current.reject(cause instanceof ComputeError ? cause : unsendable(operation, cause));
    });
  }

  #abandon(error: ComputeError): void {
    void this.#discardWorker();
    this.#finish((job) => job.reject(error));
  }

  #finish(settle: (job: Job) => void): void {
    const job = this.#current;
    this.#current = undefined;
    this.#parts = undefined;
    clearTimeout(this.#watchdog);
    if (job !== undefined) settle(job);
    this.#worker?.unref();
    this.#onIdle();
  }

  async #discardWorker(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }
}

function unsendable(operation: OperationName, cause: unknown): ComputeError {
  return new ComputeError('ERR_ENGINE_FAILED', `${operation} got an argument that can't be sent`, {
    cause,
  });
}

import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { parseKeptJson, writeAtomically } from '@salus/client/home';
import { pauseAfter, rest } from '@salus/service-kit';

/** Something to do, and whether it is done. */
export interface Job {
  readonly status: 'WAITING' | 'RUNNING' | 'DONE';
  /** Not before this time: ISO 8601. Kept, so that a restart goes by it too. */
  readonly dueAt?: string | undefined;
}

const RETRY_MS = 15_000;
const MOST_RETRY_MS = 300_000;
/** The longest that a timer of Node.js waits for, nearly. */
const MOST_REST_MS = 2 ** 30;

export interface BacklogOptions<J extends Job> {
  readonly file: string;
  readonly schema: z.ZodType<J>;
  /** What a job is known by. */
  readonly keyOf: (job: J) => string;
  /**
   * Does a job, and keeps what became of it by {@link Backlog.save} or {@link Backlog.finish}; throws nothing. It
   * has failed at what it leaves undone.
   *
   * @param failures - how often in a row it failed at this job, since the process began
   */
  readonly work: (job: J, failures: number) => Promise<void>;
  /** The pause after the first failure at a job; it doubles with each, up to 5 min. */
  readonly retryMs?: number;
}

/** Failures at one job, and when it is tried again. */
interface Failed {
  readonly failures: number;
  readonly retryAt: number;
}

/**
 * What a service does in the background: kept in a file, so that a restart goes on. A job that fails waits by
 * itself, longer and longer, and keeps no other job waiting.
 */
export class Backlog<J extends Job> {
  readonly #options: BacklogOptions<J>;
  readonly #jobs: Map<string, J>;
  readonly #failed = new Map<string, Failed>();
  /** What is being done, unless it was added again since. */
  readonly #taken = new Set<string>();
  #written: Promise<void> = Promise.resolve();
  #wake: () => void = () => undefined;

  private constructor(options: BacklogOptions<J>, jobs: readonly J[]) {
    this.#options = options;
    this.#jobs = new Map(jobs.map((job) => [options.keyOf(job), job]));
  }

  /** @throws SalusError `ERR_STATE_UNREADABLE` */
  static async open<J extends Job>(options: BacklogOptions<J>): Promise<Backlog<J>> {
    const text = await readFile(options.file, 'utf8').catch(() => '[]');
    return new Backlog(options, parseKeptJson(options.file, z.array(options.schema), text));
  }

  get jobs(): readonly J[] {
    return [...this.#jobs.values()];
  }

  find(key: string): J | undefined {
    return this.#jobs.get(key);
  }

  /** Takes jobs up, each in the place of an earlier one, and has them done now. */
  async add(jobs: readonly J[]): Promise<void> {
    if (jobs.length === 0) return;
    let isNew = false;
    for (const job of jobs) {
      const key = this.#options.keyOf(job);
      isNew ||= JSON.stringify(this.#jobs.get(key)) !== JSON.stringify(job);
      this.#jobs.set(key, job);
      this.#failed.delete(key);
      this.#taken.delete(key);
    }
    if (isNew) await this.#write();
    this.#wake();
  }

  async save(job: J): Promise<void> {
    this.#jobs.set(this.#options.keyOf(job), job);
    await this.#write();
  }

  /**
   * Ends what is being done, unless it was added again since it was begun.
   *
   * @param next - what is left to do of it later
   */
  async finish(key: string, next?: J): Promise<void> {
    if (!this.#taken.has(key)) return;
    if (next === undefined) this.#jobs.delete(key);
    else this.#jobs.set(key, next);
    await this.#write();
  }

  /** Does all that waits, once, whatever failed before. @returns whether nothing is left to do now */
  async workOff(): Promise<boolean> {
    await this.#doEach((job) => isDue(job, Date.now()));
    return this.jobs.every((job) => !isDue(job, Date.now()));
  }

  /** Works off what waits, what becomes due, and what it is woken for, until told to stop. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const woken = new Promise<void>((resolve) => (this.#wake = resolve));
      await this.#doEach((job) => this.#dueAt(job) <= Date.now());
      const next = this.jobs.reduce((at, job) => Math.min(at, this.#dueAt(job)), Infinity);
      const resting = new AbortController();
      // A timer may end a moment early: then it rests once more.
      const pause = Math.min(Math.max(next - Date.now(), 1), MOST_REST_MS);
      await Promise.race([woken, rest(pause, AbortSignal.any([signal, resting.signal]))]);
      resting.abort();
    }
  }

  async #doEach(isToDo: (job: J) => boolean): Promise<void> {
    const { keyOf, work, retryMs = RETRY_MS } = this.#options;
    for (const key of this.jobs.filter(isToDo).map(keyOf)) {
      const job = this.#jobs.get(key);
      // Another job may have changed it meanwhile.
      if (job === undefined || !isToDo(job)) continue;
      const { failures = 0 } = this.#failed.get(key) ?? {};
      this.#taken.add(key);
      await work(job, failures);
      // Added again meanwhile, it is due at once.
      if (!this.#taken.delete(key)) continue;
      const left = this.#jobs.get(key);
      if (left === undefined || !isDue(left, Date.now())) this.#failed.delete(key);
      else {
        const pause = pauseAfter(failures + 1, { firstMs: retryMs, mostMs: MOST_RETRY_MS });
        this.#failed.set(key, { failures: failures + 1, retryAt: Date.now() + pause });
      }
    }
  }

  /** When a job is to be done, in milliseconds; never where it is done. */
  #dueAt(job: J): number {
    if (job.status === 'DONE') return Infinity;
    const { retryAt } = this.#failed.get(this.#options.keyOf(job)) ?? {};
    return retryAt ?? (job.dueAt === undefined ? 0 : Date.parse(job.dueAt));
  }

  /** One after the other: an older list must not replace a newer one. */
  #write(): Promise<void> {
    const write = () => writeAtomically(this.#options.file, Buffer.from(JSON.stringify(this.jobs)));
    const written = this.#written.then(write);
    this.#written = written.catch(() => undefined);
    return written;
  }
}

function isDue({ status, dueAt }: Job, now: number): boolean {
  return status !== 'DONE' && (dueAt === undefined || Date.parse(dueAt) <= now);
}

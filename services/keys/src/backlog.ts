import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { parseKeptJson, writeAtomically } from '@salus/client/home';
import { rest } from '@salus/service-kit';

/** Something to do, and whether it is done. */
export interface Job {
  readonly status: 'WAITING' | 'RUNNING' | 'DONE';
}

const RETRY_MS = 15_000;

export interface BacklogOptions<J extends Job> {
  readonly file: string;
  readonly schema: z.ZodType<J>;
  /** What a job is known by. */
  readonly keyOf: (job: J) => string;
  /** Does a job, and keeps what became of it by {@link Backlog.save}; throws nothing. */
  readonly work: (job: J) => Promise<void>;
  readonly retryMs?: number;
}

/** What a service does in the background: kept in a file, so that a restart goes on. */
export class Backlog<J extends Job> {
  readonly #options: BacklogOptions<J>;
  readonly #jobs: Map<string, J>;
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

  async save(job: J): Promise<void> {
    this.#jobs.set(this.#options.keyOf(job), job);
    await this.#write();
  }

  async drop(key: string): Promise<void> {
    this.#jobs.delete(key);
    await this.#write();
  }

  /** Has what waits be done now. */
  wake(): void {
    this.#wake();
  }

  /** Does all that waits, once. @returns whether nothing is left */
  async workOff(): Promise<boolean> {
    for (const job of this.jobs.filter(({ status }) => status !== 'DONE')) {
      await this.#options.work(job);
    }
    return this.jobs.every(({ status }) => status === 'DONE');
  }

  /** Works off what waits, and what it is woken for, until told to stop. */
  async run(signal: AbortSignal): Promise<void> {
    const { retryMs = RETRY_MS } = this.#options;
    while (!signal.aborted) {
      const woken = new Promise<void>((resolve) => (this.#wake = resolve));
      const isDone = await this.workOff();
      const resting = new AbortController();
      const paused = rest(isDone ? 2 ** 30 : retryMs, AbortSignal.any([signal, resting.signal]));
      await Promise.race([woken, paused]);
      resting.abort();
    }
  }

  async #write(): Promise<void> {
    await writeAtomically(this.#options.file, Buffer.from(JSON.stringify(this.jobs)));
  }
}

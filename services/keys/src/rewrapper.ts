import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { unwrap } from '@salus/client/errors';
import type { ContractEvent } from '@salus/client/events';
import { writeAtomically } from '@salus/client/home';
import { rewrapJob, type RewrapJob } from '@salus/client/records';
import { sha256Hex } from '@salus/protocol';
import { followLedger, rest, type FollowerFault, type LedgerSource } from '@salus/service-kit';
import { rewrapCategory, type PatientCategory, type Rewrapping } from './rewrap-category.js';

export interface RewrapperOptions extends Rewrapping {
  /** The service's own folder. */
  readonly home: string;
  /** Tells of progress, without saying whose. */
  readonly log?: (line: object) => void;
  readonly retryMs?: number;
}

const RETRY_MS = 15_000;
/** Events after which a category may have a new epoch. */
const MAY_ADVANCE = new Set(['PatientRegistered.v1', 'CategoryKeysSet.v1', 'ConsentWithdrawn.v1']);

/**
 * Re-wraps past content keys in the background whenever a category's epoch advances. What is to do is
 * kept in a file, so that a restart goes on.
 */
export class Rewrapper {
  readonly #options: RewrapperOptions;
  readonly #file: string;
  readonly #jobs = new Map<string, RewrapJob>();
  #wake: () => void = () => undefined;

  private constructor(options: RewrapperOptions) {
    this.#options = options;
    this.#file = path.join(options.home, 'rewrapping.json');
  }

  static async open(options: RewrapperOptions): Promise<Rewrapper> {
    const rewrapper = new Rewrapper(options);
    const text = await readFile(rewrapper.#file, 'utf8').catch(() => '[]');
    for (const one of z.array(rewrapJob).parse(JSON.parse(text)))
      rewrapper.#jobs.set(keyOf(one), one);
    return rewrapper;
  }

  /** Every category that had something to re-wrap since the service was set up. */
  get status(): readonly RewrapJob[] {
    return [...this.#jobs.values()];
  }

  /** Works off what waits, and what events of the ehr contract bring, until told to stop. */
  async run(source: Omit<LedgerSource, 'contract'>, signal: AbortSignal): Promise<void> {
    await Promise.all([this.#follow(source, signal), this.#work(signal)]);
  }

  /** Takes up the categories of a patient whose epoch is another than was seen last. */
  async notice(pseudonym: string): Promise<void> {
    const { categoryKeys } = await this.#options.ledger.getPatient(pseudonym);
    for (const [categoryTag, { epoch }] of Object.entries(categoryKeys)) {
      const known = this.#jobs.get(keyOf({ pseudonym, categoryTag }));
      if (known !== undefined && known.epoch >= epoch) continue;
      const fresh = { pseudonym, categoryTag, epoch, total: 0, done: 0 } as const;
      await this.#save({ ...fresh, status: 'WAITING' });
    }
    this.#wake();
  }

  /** Does all that waits, once. @returns whether nothing is left */
  async workOff(): Promise<boolean> {
    for (const one of this.status.filter(({ status }) => status !== 'DONE')) await this.#do(one);
    return this.status.every(({ status }) => status === 'DONE');
  }

  #follow(source: Omit<LedgerSource, 'contract'>, signal: AbortSignal): Promise<void> {
    const handle = async ({ name, payload }: ContractEvent) => {
      if (!MAY_ADVANCE.has(name)) return;
      const { pseudonym } = payload as { pseudonym?: unknown };
      if (typeof pseudonym === 'string') await this.notice(pseudonym);
    };
    const report = ({ code, isPassedOver }: FollowerFault) =>
      this.#options.log?.({ rewrapping: 'an event', fault: code, isPassedOver });
    return followLedger({ ...source, contract: 'ehr' }, { handle, signal, report });
  }

  async #work(signal: AbortSignal): Promise<void> {
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

  async #do(one: RewrapJob): Promise<void> {
    try {
      const progress = await rewrapCategory(one, this.#options, async ({ epoch, total, done }) => {
        await this.#save({ ...one, epoch, total, done, status: 'RUNNING' });
      });
      const { epoch, total, done, waiting } = progress;
      const isDone = waiting === 0 && epoch >= this.#known(one).epoch;
      await this.#save({ ...one, epoch, total, done, status: isDone ? 'DONE' : 'WAITING' });
    } catch (error) {
      await this.#save({ ...this.#known(one), status: 'WAITING', fault: unwrap(error).code });
    }
  }

  #known(one: RewrapJob): RewrapJob {
    return this.#jobs.get(keyOf(one)) ?? one;
  }

  async #save({ fault, ...state }: Omit<RewrapJob, 'updatedAt'>): Promise<void> {
    const next = {
      ...state,
      // An event may have told of a later one meanwhile.
      epoch: Math.max(state.epoch, this.#jobs.get(keyOf(state))?.epoch ?? 0),
      ...(fault !== undefined && { fault }),
      updatedAt: new Date().toISOString(),
    };
    this.#jobs.set(keyOf(next), next);
    await writeAtomically(this.#file, Buffer.from(JSON.stringify(this.status)));
    const { status, epoch, total, done } = next;
    // Neither patient nor category is told: logs go further than homes.
    const about = keyOf(next).slice(0, 12);
    // A registration begins an epoch in every category, with nothing to do yet.
    if (total === 0 && fault === undefined) return;
    this.#options.log?.({ rewrapping: about, epoch, status, total, done, ...(fault && { fault }) });
  }
}

function keyOf({ pseudonym, categoryTag }: PatientCategory): string {
  return sha256Hex(`${pseudonym}/${categoryTag}`);
}

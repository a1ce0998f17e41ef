import path from 'node:path';
import { z } from 'zod';
import { unwrap } from '@salus/client/errors';
import type { ContractEvent } from '@salus/client/events';
import { rewrapJob, type RewrapJob } from '@salus/client/records';
import { sha256Hex } from '@salus/protocol';
import {
  followLedger,
  LOOKS_FOR_UNKNOWN,
  MOST_UNKNOWN,
  rest,
  type FollowerFault,
  type LedgerSource,
} from '@salus/service-kit';
import { aboutPatient, ILL_FORMED } from './about-patient.js';
import { Backlog } from './backlog.js';
import { rewrapCategory, type PatientCategory, type Rewrapping } from './rewrap-category.js';

export interface RewrapperOptions extends Rewrapping {
  /** The service's own folder. */
  readonly home: string;
  /** Tells of progress, without saying whose. */
  readonly log?: (line: object) => void;
  readonly retryMs?: number;
}

/** Events after which a category may have a new epoch. */
const MAY_ADVANCE = new Set(['PatientRegistered.v1', 'CategoryKeysSet.v1', 'ConsentWithdrawn.v1']);

/** A patient whose categories are to be looked at. */
const lookingJob = z.strictObject({ pseudonym: z.string(), status: z.enum(['WAITING']) });
type LookingJob = z.infer<typeof lookingJob>;

const LOOK_RETRY_MS = 1000;
const ROOM_MS = 100;

/** Re-wraps past content keys in the background whenever a category's epoch advances. */
export class Rewrapper {
  readonly #options: RewrapperOptions;
  readonly #looking: Backlog<LookingJob>;
  readonly #backlog: Backlog<RewrapJob>;

  private constructor(
    options: RewrapperOptions,
    looking: Backlog<LookingJob>,
    backlog: Backlog<RewrapJob>,
  ) {
    this.#options = options;
    this.#looking = looking;
    this.#backlog = backlog;
  }

  /** @throws SalusError `ERR_STATE_UNREADABLE` */
  static async open(options: RewrapperOptions): Promise<Rewrapper> {
    const { home, retryMs } = options;
    const looking: Backlog<LookingJob> = await Backlog.open({
      file: path.join(home, 'looking.json'),
      schema: lookingJob,
      keyOf: ({ pseudonym }) => pseudonym,
      work: ({ pseudonym }, failures) => rewrapper.#look(pseudonym, failures),
      retryMs: retryMs ?? LOOK_RETRY_MS,
    });
    const backlog: Backlog<RewrapJob> = await Backlog.open({
      file: path.join(home, 'rewrapping.json'),
      schema: rewrapJob,
      keyOf,
      work: (job) => rewrapper.#do(job),
      ...(retryMs !== undefined && { retryMs }),
    });
    const rewrapper = new Rewrapper(options, looking, backlog);
    return rewrapper;
  }

  /** Every category that had something to re-wrap since the service was set up. */
  get status(): readonly RewrapJob[] {
    return this.#backlog.jobs;
  }

  /** Works off what waits, and what events of the ehr contract bring, until told to stop. */
  async run(source: Omit<LedgerSource, 'contract'>, signal: AbortSignal): Promise<void> {
    await Promise.all([
      this.#follow(source, signal),
      this.#looking.run(signal),
      this.#backlog.run(signal),
    ]);
  }

  /** Takes up the categories of a patient. */
  async notice(pseudonym: string): Promise<void> {
    await this.#looking.add([{ pseudonym, status: 'WAITING' }]);
  }

  /** Does all that waits, once. @returns whether nothing is left to do now */
  async workOff(): Promise<boolean> {
    const hasLooked = await this.#looking.workOff();
    return (await this.#backlog.workOff()) && hasLooked;
  }

  #follow(source: Omit<LedgerSource, 'contract'>, signal: AbortSignal): Promise<void> {
    const handle = async ({ name, payload }: ContractEvent) => {
      if (!MAY_ADVANCE.has(name)) return;
      const { data } = aboutPatient.safeParse(payload);
      if (data) {
        await this.#room(signal);
        await this.notice(data.pseudonym);
      } else this.#options.log?.({ rewrapping: 'an event', ...ILL_FORMED });
    };
    const report = ({ code, isPassedOver }: FollowerFault) =>
      this.#options.log?.({ rewrapping: 'an event', fault: code, isPassedOver });
    return followLedger({ ...source, contract: 'ehr' }, { handle, signal, report });
  }

  async #room(signal: AbortSignal): Promise<void> {
    while (this.#looking.jobs.length >= MOST_UNKNOWN) {
      signal.throwIfAborted();
      await rest(ROOM_MS, signal);
    }
  }

  /** Takes up the categories of a patient whose epoch is another than was seen last. */
  async #look(pseudonym: string, failures: number): Promise<void> {
    try {
      const { categoryKeys } = await this.#options.ledger.getPatient(pseudonym);
      const updatedAt = new Date().toISOString();
      const advanced = Object.entries(categoryKeys)
        .map(([categoryTag, { epoch }]) => ({ pseudonym, categoryTag, epoch }))
        .filter((one) => (this.#backlog.find(keyOf(one))?.epoch ?? -1) < one.epoch)
        .map((one) => ({ ...one, total: 0, done: 0, status: 'WAITING' as const, updatedAt }));
      await this.#backlog.add(advanced);
      await this.#looking.finish(pseudonym);
    } catch (error) {
      const { code } = unwrap(error);
      const isGivenUp = code === 'ERR_NOT_FOUND' && failures + 1 >= LOOKS_FOR_UNKNOWN;
      const line = { rewrapping: 'a patient', fault: code, ...(isGivenUp && { isGivenUp }) };
      if (failures === 0 || isGivenUp) this.#options.log?.(line);
      if (isGivenUp) await this.#looking.finish(pseudonym);
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
    return this.#backlog.find(keyOf(one)) ?? one;
  }

  async #save({ fault, ...state }: Omit<RewrapJob, 'updatedAt'>): Promise<void> {
    const next = {
      ...state,
      // An event may have told of a later one meanwhile.
      epoch: Math.max(state.epoch, this.#backlog.find(keyOf(state))?.epoch ?? 0),
      ...(fault !== undefined && { fault }),
      updatedAt: new Date().toISOString(),
    };
    await this.#backlog.save(next);
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

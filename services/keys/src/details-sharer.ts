import path from 'node:path';
import { z } from 'zod';
import { unwrap } from '@salus/client/errors';
import type { ContractEvent } from '@salus/client/events';
import { mspId } from '@salus/protocol';
import { MAX_RECORDS } from '@salus/protocol/ehr';
import { followLedger, type FollowerFault, type LedgerSource } from '@salus/service-kit';
import { aboutPatient, ILL_FORMED, isPseudonym } from './about-patient.js';
import { Backlog } from './backlog.js';
import { sharePatientsDetails, type Sharing } from './share-details.js';

export interface DetailsSharerOptions extends Sharing {
  /** The service's own folder. */
  readonly home: string;
  /** Tells of progress, without saying whose. */
  readonly log?: (line: object) => void;
  readonly retryMs?: number;
}

const sharingJob = z.strictObject({
  pseudonym: z.string(),
  status: z.enum(['WAITING', 'RUNNING']),
  dueAt: z.iso.datetime().optional(),
});
type SharingJob = z.infer<typeof sharingJob>;

/** Events that tell of one patient: who may know what a record is about has changed. */
const OF_ONE_PATIENT = new Set([
  'AccessGranted.v1',
  'ConsentWithdrawn.v1',
  'KeyEnded.v1',
  'PatientRecovered.v1',
  'RecordsErased.v1',
  'SharedOnward.v1',
]);
/** Events that tell of records: there are details, or other keys. */
const OF_RECORDS = new Set(['DetailsDeposited.v1', 'KeysReplaced.v1']);

const ofRecords = z.object({
  custodian: mspId.optional(),
  records: z.array(aboutPatient).max(MAX_RECORDS),
});

/**
 * Hands out copies of details and sealed keys in the background, and takes them back, as consent changes: at an
 * event, or at the time when a permit, a deny or a share begins or ends. What is to do, and when, is kept in a
 * file, so that a restart goes on.
 */
export class DetailsSharer {
  readonly #options: DetailsSharerOptions;
  readonly #backlog: Backlog<SharingJob>;

  private constructor(options: DetailsSharerOptions, backlog: Backlog<SharingJob>) {
    this.#options = options;
    this.#backlog = backlog;
  }

  static async open(options: DetailsSharerOptions): Promise<DetailsSharer> {
    const { home, retryMs } = options;
    const backlog: Backlog<SharingJob> = await Backlog.open({
      file: path.join(home, 'sharing.json'),
      schema: sharingJob,
      keyOf: ({ pseudonym }) => pseudonym,
      work: ({ pseudonym }) => sharer.#share(pseudonym),
      ...(retryMs !== undefined && { retryMs }),
    });
    const sharer = new DetailsSharer(options, backlog);
    return sharer;
  }

  /** Works off what waits, and what events of the ehr contract bring, until told to stop. */
  async run(source: Omit<LedgerSource, 'contract'>, signal: AbortSignal): Promise<void> {
    const handle = async (event: ContractEvent) => {
      await this.notice(...this.#patientsOf(event));
    };
    const report = ({ code, isPassedOver }: FollowerFault) =>
      this.#options.log?.({ sharing: 'an event', fault: code, isPassedOver });
    await Promise.all([
      followLedger({ ...source, contract: 'ehr' }, { handle, signal, report }),
      this.#backlog.run(signal),
    ]);
  }

  /** Takes up the records of patients. */
  async notice(...pseudonyms: readonly string[]): Promise<void> {
    await this.#backlog.add(pseudonyms.map((pseudonym) => ({ pseudonym, status: 'WAITING' })));
  }

  /** Does all that waits, once. @returns whether nothing is left to do now */
  workOff(): Promise<boolean> {
    return this.#backlog.workOff();
  }

  async #share(pseudonym: string): Promise<void> {
    // An earlier release took such names from forged events into its file.
    if (!isPseudonym(pseudonym)) {
      this.#passOver();
      await this.#backlog.finish(pseudonym);
      return;
    }
    try {
      const done = await sharePatientsDetails(pseudonym, this.#options);
      const { shared, purged, faults, nextChangeAt: dueAt } = done;
      // Neither patient nor organisation is told: logs go further than homes.
      if (shared + purged + faults.length > 0) this.#options.log?.({ shared, purged, faults });
      if (faults.length > 0) return;
      const next: SharingJob = { pseudonym, status: 'WAITING', dueAt };
      await this.#backlog.finish(pseudonym, dueAt === undefined ? undefined : next);
    } catch (error) {
      this.#options.log?.({ sharing: 'details', fault: unwrap(error).code });
    }
  }

  /** An event of another form is forged: what it says is nothing to act on, and it is passed over. */
  #patientsOf({ name, payload }: ContractEvent): readonly string[] {
    if (OF_ONE_PATIENT.has(name)) {
      const { data } = aboutPatient.safeParse(payload);
      return data ? [data.pseudonym] : this.#passOver();
    }
    if (!OF_RECORDS.has(name)) return [];
    const { data } = ofRecords.safeParse(payload);
    if (!data) return this.#passOver();
    // Events of release 0.1.0 name no custodian.
    const isOthers = data.custodian !== undefined && data.custodian !== this.#options.mspId;
    return isOthers ? [] : [...new Set(data.records.map(({ pseudonym }) => pseudonym))];
  }

  #passOver(): readonly string[] {
    this.#options.log?.({ sharing: 'an event', ...ILL_FORMED });
    return [];
  }
}

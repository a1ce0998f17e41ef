import path from 'node:path';
import { z } from 'zod';
import { unwrap } from '@salus/client/errors';
import type { ContractEvent } from '@salus/client/events';
import { followLedger, type FollowerFault, type LedgerSource } from '@salus/service-kit';
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
});

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

const onePatient = z.object({ pseudonym: z.string() });
const ofRecords = z.object({ custodian: z.string().optional(), records: z.array(onePatient) });

/**
 * Hands out copies of details and sealed keys in the background, and takes them back, as consent changes. What
 * is to do is kept in a file, so that a restart goes on.
 */
export class DetailsSharer {
  readonly #options: DetailsSharerOptions;
  readonly #backlog: Backlog<z.infer<typeof sharingJob>>;

  private constructor(options: DetailsSharerOptions, backlog: Backlog<z.infer<typeof sharingJob>>) {
    this.#options = options;
    this.#backlog = backlog;
  }

  static async open(options: DetailsSharerOptions): Promise<DetailsSharer> {
    const { home, retryMs } = options;
    const backlog: Backlog<z.infer<typeof sharingJob>> = await Backlog.open({
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
      for (const pseudonym of this.#patientsOf(event)) await this.notice(pseudonym);
    };
    const report = ({ code, isPassedOver }: FollowerFault) =>
      this.#options.log?.({ sharing: 'an event', fault: code, isPassedOver });
    await Promise.all([
      followLedger({ ...source, contract: 'ehr' }, { handle, signal, report }),
      this.#backlog.run(signal),
    ]);
  }

  /** Takes up the records of a patient. */
  async notice(pseudonym: string): Promise<void> {
    if (this.#backlog.find(pseudonym)?.status === 'WAITING') return;
    await this.#backlog.save({ pseudonym, status: 'WAITING' });
    this.#backlog.wake();
  }

  /** Does all that waits, once. @returns whether nothing is left */
  workOff(): Promise<boolean> {
    return this.#backlog.workOff();
  }

  async #share(pseudonym: string): Promise<void> {
    await this.#backlog.save({ pseudonym, status: 'RUNNING' });
    try {
      const { shared, purged, faults } = await sharePatientsDetails(pseudonym, this.#options);
      // Neither patient nor organisation is told: logs go further than homes.
      if (shared + purged + faults.length > 0) this.#options.log?.({ shared, purged, faults });
      // An event may have told of more meanwhile.
      const isOver = this.#backlog.find(pseudonym)?.status === 'RUNNING';
      if (isOver && faults.length === 0) await this.#backlog.drop(pseudonym);
    } catch (error) {
      this.#options.log?.({ sharing: 'details', fault: unwrap(error).code });
    }
  }

  #patientsOf({ name, payload }: ContractEvent): readonly string[] {
    if (OF_ONE_PATIENT.has(name)) {
      const { data } = onePatient.safeParse(payload);
      return data ? [data.pseudonym] : [];
    }
    if (!OF_RECORDS.has(name)) return [];
    const { data } = ofRecords.safeParse(payload);
    // Events of release 0.1.0 name no custodian.
    const isOthers = data?.custodian !== undefined && data.custodian !== this.#options.mspId;
    return isOthers ? [] : [...new Set(data?.records.map(({ pseudonym }) => pseudonym))];
  }
}

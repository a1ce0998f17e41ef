import type {
  ImportJournal,
  RecordDesk,
  RecordKeeping,
  RecordSources,
} from '@salus/client/records';
import type { RecordDeposit } from '@salus/protocol/ehr';
import type { GatewaySettings } from '../settings/settings.js';
import type { StaffSession } from '../staff/directory.js';
import type { SealedFolder } from '../storage/sealed-folder.js';

/** What records are written and read with. */
export interface RecordDesks {
  /** @param id - of the outbox's entry, whose journal goes on after a crash */
  deskFor(session: StaffSession, id: string): Promise<RecordDesk>;
  sourcesFor(session: StaffSession): Promise<RecordSources>;
}

/** What outlives the gateway's process. */
export interface RecordKeys {
  readonly idSecret: Uint8Array;
  /** See `organisationDeidKey`. */
  readonly deidKey: Uint8Array;
  readonly journals: SealedFolder;
}

/** The organisations' stores and key services of the settings, spoken to as the practitioner. */
export function recordDesks(
  {
    stores,
    keyServices,
    emergencyKey,
  }: Pick<GatewaySettings, 'stores' | 'keyServices' | 'emergencyKey'>,
  { idSecret, deidKey, journals }: RecordKeys,
): RecordDesks {
  const recordsOf = ({ client }: StaffSession, keeping: RecordKeeping) =>
    client.records.using({
      stores,
      keyServices,
      keeping,
      ...(emergencyKey !== undefined && { emergencyKey }),
    });
  return {
    deskFor: (session, id) =>
      recordsOf(session, { idSecret, journal: sealedJournal(journals, id) }).desk(),
    sourcesFor: (session) => recordsOf(session, { deidKey }).sources(),
  };
}

/** What an entry of the outbox has registered and not deposited yet, encrypted like the entry itself. */
export function sealedJournal(folder: SealedFolder, id: string): ImportJournal {
  return {
    // The outbox runs an entry once at a time, and nobody else has its ID.
    alone: (run) => run(),
    load: async () => ((await folder.get(id)) ?? []) as RecordDeposit[],
    save: (deposits) => folder.put(id, deposits),
    clear: () => folder.remove(id),
    setAside: (deposits) => folder.put(`${id}-refused`, deposits),
  };
}

import {
  KeyServiceClient,
  ownKey,
  type ImportJournal,
  type RecordDesk,
  type RecordSources,
} from '@salus/client/records';
import { storePlaces, storesByMsp } from '@salus/client/stores';
import { readMemberRoots } from '@salus/client/trust';
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

/** The organisations' stores and key services of the settings, spoken to as the practitioner. */
export function recordDesks(
  {
    stores,
    keyServices,
    emergencyKey,
  }: Pick<GatewaySettings, 'stores' | 'keyServices' | 'emergencyKey'>,
  { idSecret, journals }: { readonly idSecret: Uint8Array; readonly journals: SealedFolder },
): RecordDesks {
  const placesFor = ({ identity, client }: StaffSession) =>
    storePlaces(
      Object.entries(stores).map(([mspId, url]) => `${mspId}=${url}`),
      identity,
      client.tlsRoots,
    );
  return {
    deskFor: async (session, id) => {
      const { client, identity } = session;
      const { mspId, channel, ehr, tlsRoots } = client;
      const members = await readMemberRoots(client);
      const view = { ledger: ehr, members, now: Date.now() };
      const url = keyServices[mspId];
      const keyService =
        url === undefined ? undefined : new KeyServiceClient(url, identity, tlsRoots);
      return {
        ...{ mspId, channel, ehr, idSecret },
        custodianKey: await ownKey(mspId, view, keyService),
        stores: placesFor(session),
        ...(emergencyKey !== undefined && { emergencyKey }),
        journal: sealedJournal(journals, id),
      };
    },
    sourcesFor: (session) => {
      const { client, identity } = session;
      const own = Object.entries(keyServices).sort(
        ([left], [right]) => Number(right === client.mspId) - Number(left === client.mspId),
      );
      return Promise.resolve({
        client,
        stores: storesByMsp(placesFor(session)),
        keyServices: own.map(([, url]) => new KeyServiceClient(url, identity, client.tlsRoots)),
      });
    },
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
  };
}

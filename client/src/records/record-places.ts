import type { EhrClient } from '../ehr/ehr-client.js';
import type { Session } from '../session/session.js';
import { storePlaces, storesByMsp } from '../stores/store-places.js';
import { readMemberRoots } from '../trust/current-members.js';
import type { RecordDesk } from './desk.js';
import { organisationDeidKey } from './obligations.js';
import { fileJournal } from './journal.js';
import { KeyServiceClient } from './key-service-client.js';
import { recordIdSecret } from './ledger-ids.js';
import type { RecordSources } from './read-record.js';
import {
  homeOf,
  keyServicesOf,
  neededOf,
  ownKeyServiceOf,
  storesOf,
  type RecordSettings,
} from './record-settings.js';
import { ownKey } from './registered-keys.js';

/** Under whose identity, on which channel, records are registered and read. */
export type RecordSession = Pick<
  Session,
  'channel' | 'mspId' | 'identity' | 'tlsRoots' | 'organizations' | 'contract' | 'ask'
> & { readonly ehr: EhrClient };

/**
 * What an organisation registers records with. Its registered key is read from the ledger, and compared
 * with the key that its own key service holds.
 *
 * @throws SalusError `ERR_SETTINGS_MISSING`, `ERR_INVALID_ARGUMENT`; as {@link ownKey}
 */
export async function recordDesk(
  session: RecordSession,
  settings: RecordSettings,
): Promise<RecordDesk> {
  const { mspId, channel, ehr, identity, tlsRoots } = session;
  const { emergencyKey, keeping } = settings;
  const stores = storePlaces(storesOf(settings), identity, tlsRoots);
  const needed = neededOf(settings, stores.length);
  const own = ownKeyServiceOf(settings, mspId);
  const keyService = own === undefined ? undefined : new KeyServiceClient(own, identity, tlsRoots);
  const members = await readMemberRoots(session);
  return {
    mspId,
    channel,
    ehr,
    stores,
    ...(needed !== undefined && { k: needed }),
    ...(emergencyKey !== undefined && { emergencyKey }),
    custodianKey: await ownKey(mspId, { ledger: ehr, members, now: Date.now() }, keyService),
    idSecret: keeping?.idSecret ?? (await recordIdSecret(homeOf(settings))),
    journal: keeping?.journal ?? fileJournal(homeOf(settings)),
  };
}

/**
 * Where an organisation reads records from.
 *
 * @throws SalusError `ERR_SETTINGS_MISSING`, `ERR_INVALID_ARGUMENT`
 */
export async function recordSources(
  session: Pick<RecordSession, 'ehr' | 'mspId' | 'identity' | 'tlsRoots'>,
  settings: RecordSettings,
): Promise<RecordSources> {
  const { ehr, mspId, identity, tlsRoots } = session;
  const { home, keeping } = settings;
  const deidKey =
    keeping?.deidKey ?? (home === undefined ? undefined : await organisationDeidKey(home));
  return {
    client: { ehr },
    stores: storesByMsp(storePlaces(storesOf(settings), identity, tlsRoots)),
    keyServices: keyServicesOf(settings, mspId).map(
      (url) => new KeyServiceClient(url, identity, tlsRoots),
    ),
    ...(deidKey && { deidKey }),
  };
}

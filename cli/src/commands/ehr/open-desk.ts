import { connectOptions, type CliContext } from '../cli/context.js';
import { wholeNumber } from '../cli/input.js';
import { loadProfile } from '../connection/profile.js';
import { resolveIdentity } from '../identity/identity.js';
import { KeyServiceClient } from '../key-service/key-service-client.js';
import { ownKey } from '../key-service/registered-keys.js';
import { readMemberRoots } from '../service/members.js';
import type { SalusClient } from '../salus-client.js';
import { storePlaces } from '../store/store-places.js';
import type { RecordDesk } from './desk.js';
import { fileJournal } from './journal.js';
import { recordIdSecret } from './ledger-ids.js';

/** What the command line says of stores. */
export interface DeskOptions {
  readonly store: readonly string[];
  /** Parts that restore a content. */
  readonly needed?: string;
  /** ID of the custodians' key for emergencies. */
  readonly emergencyKey?: string;
  /** The organisation's own key service. */
  readonly ownKeys?: string;
}

/**
 * The desk of the actor's home, with the stores of a command line.
 *
 * @throws SalusError `ERR_INVALID_ARGUMENT`; as {@link ownKey}
 */
export async function openDesk(
  client: SalusClient,
  { settings }: Pick<CliContext, 'settings'>,
  { store, needed, emergencyKey, ownKeys }: DeskOptions,
): Promise<RecordDesk> {
  const { mspId, channel, ehr, tlsRoots } = client;
  const { profile, identity: source } = connectOptions(settings);
  const identity = await resolveIdentity(source, loadProfile(profile).mspId);
  const stores = storePlaces(store, identity, tlsRoots);
  const range = { from: 1, to: stores.length };
  const members = await readMemberRoots(client);
  const view = { ledger: ehr, members, now: Date.now() };
  const keyService =
    ownKeys === undefined ? undefined : new KeyServiceClient(ownKeys, identity, tlsRoots);
  return {
    ...{ mspId, channel, ehr, stores },
    ...(emergencyKey !== undefined && { emergencyKey }),
    ...(needed !== undefined && { k: wholeNumber('--needed', needed, range) }),
    custodianKey: await ownKey(mspId, view, keyService),
    idSecret: await recordIdSecret(settings.home),
    journal: fileJournal(settings.home),
  };
}

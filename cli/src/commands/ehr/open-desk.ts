import type { SalusClient } from '@salus/client';
import { loadProfile } from '@salus/client/connection';
import { resolveIdentity } from '@salus/client/identity';
import {
  KeyServiceClient,
  ownKey,
  type RecordDesk,
  fileJournal,
  recordIdSecret,
} from '@salus/client/records';
import { storePlaces } from '@salus/client/stores';
import { readMemberRoots } from '@salus/client/trust';
import { connectOptions, type CliContext } from '../../command-line/context.js';
import { wholeNumber } from '../../command-line/input.js';

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

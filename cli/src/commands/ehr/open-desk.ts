import type { SalusClient } from '@salus/client';
import type { RecordDesk, RecordsClient, RecordSources } from '@salus/client/records';
import type { CliContext } from '../../command-line/context.js';
import { wholeNumber } from '../../command-line/input.js';
import type { SettingName, SettingsWith } from '../../command-line/settings.js';

/** What the command line says of how contents are kept. */
export interface DeskOptions {
  /** Parts that restore a content. */
  readonly needed?: string;
  /** ID of the custodians' key for emergencies. */
  readonly emergencyKey?: string;
  /** The organisation's own key service. */
  readonly ownKeys?: string;
}

/** Where the actor of a home finds stores, and key services where they are needed. */
type Home<K extends SettingName = 'stores'> = Pick<CliContext<SettingsWith<K>>, 'settings'>;

/** Records as the actor of a home reads them. */
export function readingRecords(
  { records }: SalusClient,
  { settings: { home, stores, keys: keyServices } }: Home<'stores' | 'keys'>,
): RecordsClient {
  return records.using({ home, stores, keyServices });
}

/**
 * Records as the actor of a home registers them.
 *
 * @throws SalusError `ERR_INVALID_ARGUMENT`
 */
export function registeringRecords(
  { records }: SalusClient,
  { settings: { home, stores } }: Home,
  { needed, emergencyKey, ownKeys }: DeskOptions,
): RecordsClient {
  const range = { from: 1, to: stores.length };
  return records.using({
    home,
    stores,
    ...(ownKeys !== undefined && { keyServices: [ownKeys] }),
    ...(needed !== undefined && { needed: wholeNumber('--needed', needed, range) }),
    ...(emergencyKey !== undefined && { emergencyKey }),
  });
}

/** The desk of the actor's home, for what registers several records. */
export function openDesk(
  client: SalusClient,
  context: Home,
  options: DeskOptions,
): Promise<RecordDesk> {
  return registeringRecords(client, context, options).desk();
}

/** Where the actor of a home reads records from, for what reads several. */
export function recordSources(
  client: SalusClient,
  context: Home<'stores' | 'keys'>,
): Promise<RecordSources> {
  return readingRecords(client, context).sources();
}

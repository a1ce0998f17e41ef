import path from 'node:path';
import type { SalusClient } from '@salus/client';
import { fileCheckpointer } from '@salus/client/events';
import { storePlaces, storesByMsp } from '@salus/client/stores';
import { currentMembers } from '@salus/client/trust';
import { SalusError } from '@salus/protocol';
import { Pins, readServiceTls, serveUntilTold } from '@salus/service-kit';
import {
  ObjectPartStore,
  backendOf,
  type BackendOptions,
  GIB,
  ledgerView,
  recordRef,
  registeredRecords,
  type RecordRef,
  repairParts,
  startStore,
  watchErasures,
} from '@salus/store-service';
import { identityOf, type CliContext } from '../command-line/context.js';
import { logLine } from '../command-line/log-line.js';
import { placeOf, type ListeningOptions } from '../command-line/listening.js';
import type { SettingsWith } from '../command-line/settings.js';

export interface RepairOptions extends BackendOptions {
  readonly pseudonym?: string;
  readonly record?: string;
  readonly all?: boolean;
}

export interface ServeOptions extends BackendOptions, ListeningOptions {
  /** In GiB, for each organisation. */
  readonly contentQuota: number;
}

export async function serve(
  client: SalusClient,
  context: CliContext,
  options: ServeOptions,
): Promise<void> {
  const { home } = context.settings;
  const service = await startStore({
    home,
    channel: client.channel,
    identity: await identityOf(context.settings),
    members: currentMembers(client),
    ledger: ledgerView(client),
    backend: backendOf(home, options),
    limits: { contentBytes: options.contentQuota * GIB },
    ...placeOf(options),
    tls: await readServiceTls(home),
  });
  const ending = new AbortController();
  const watching = watchErasures({
    client,
    checkpointer: fileCheckpointer(path.join(home, 'erasures.checkpoint')),
    erase: (record) => service.erase(record),
    onFault: ({ recordId }, error) => {
      const code = error instanceof SalusError ? error.code : 'ERR_INTERNAL';
      logLine({ notErased: recordId, code });
    },
    report: (fault) => logLine({ ...fault }),
    signal: ending.signal,
  });
  try {
    await Promise.race([serveUntilTold(service, { home, name: 'store' }), failureOf(watching)]);
  } finally {
    ending.abort();
    await service.close();
  }
}

/** Goes on when what runs beside fails, and never when it just ends. */
function failureOf(running: Promise<void>): Promise<never> {
  return new Promise((_, reject) => {
    running.catch(reject);
  });
}

export async function check(
  { settings, output }: CliContext,
  options: BackendOptions,
): Promise<void> {
  const parts = new ObjectPartStore(backendOf(settings.home, options));
  let [sound, damaged] = [0, 0];
  for await (const health of parts.check()) {
    if (health.isSound) sound += 1;
    else {
      damaged += 1;
      output.item(health);
    }
  }
  output.result({ sound, damaged });
  if (damaged === 0) return;
  throw new SalusError('ERR_HASH_MISMATCH', `${damaged} parts of the store are damaged`, {
    remedy: 'Restore them from other stores with salus store repair.',
  });
}

export async function repair(
  client: SalusClient,
  context: CliContext<SettingsWith<'stores'>>,
  options: RepairOptions,
): Promise<void> {
  const { settings, output } = context;
  const identity = await identityOf(context.settings);
  // What is damaged here is restored from elsewhere.
  const places = storePlaces(settings.stores, identity, client.tlsRoots).filter(
    ({ mspId }) => mspId !== client.mspId,
  );
  const desk = {
    mspId: client.mspId,
    parts: new ObjectPartStore(backendOf(settings.home, options)),
    pins: new Pins(path.join(settings.home, 'pins')),
    stores: storesByMsp(places),
  };
  let failed = 0;
  for await (const record of recordsOf(client, options)) {
    try {
      for (const part of await repairParts(await client.ehr.getRecord(record), desk)) {
        if (options.all !== true || part.state !== 'SOUND') output.item(part);
      }
    } catch (error) {
      // Of many, one that can't be restored now keeps none from it that can.
      if (options.all !== true || !(error instanceof SalusError)) throw error;
      failed += 1;
      output.item({ recordId: record.recordId, state: 'FAILED', code: error.code });
    }
  }
  if (failed === 0) return;
  throw new SalusError(
    'ERR_CONTENT_UNAVAILABLE',
    `The parts of ${failed} records are not restored`,
  );
}

function recordsOf(
  client: SalusClient,
  { all, pseudonym, record }: RepairOptions,
): AsyncIterable<RecordRef> | Iterable<RecordRef> {
  return all === true ? registeredRecords(client) : [recordRef(pseudonym, record)];
}

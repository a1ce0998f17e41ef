import path from 'node:path';
import { unwrap } from '@salus/client/errors';
import { fileCheckpointer } from '@salus/client/events';
import { KeyServiceClient, keepRegistered } from '@salus/client/records';
import { currentMembers } from '@salus/client/trust';
import {
  DetailsSharer,
  KeyRing,
  keyServiceLedger,
  startKeyService,
  Rewrapper,
} from '@salus/key-service';
import {
  passphraseFromEnvironment,
  readServiceTls,
  repeatedly,
  serveUntilTold,
  type Fault,
} from '@salus/service-kit';
import {
  identityOf,
  withClient,
  withServiceClient,
  type CliContext,
} from '../command-line/context.js';
import { wholeNumber } from '../command-line/input.js';
import { logLine } from '../command-line/log-line.js';
import { placeOf, type ListeningOptions } from '../command-line/listening.js';
import type { SettingsWith } from '../command-line/settings.js';

const DAYS = { from: 1, to: 3650 };
/** How often a running service looks after its registered key. */
const RENEW_MS = 3_600_000;

export interface ServeOptions extends ListeningOptions {
  readonly days: string;
}

/** Opens content keys as the ledger permits, until told to end. */
export async function serve(context: CliContext, options: ServeOptions): Promise<void> {
  const { home } = context.settings;
  const days = wholeNumber('--days', options.days, DAYS);
  const identity = await identityOf(context.settings);
  const keys = await KeyRing.open(home, passphraseFromEnvironment());
  await withServiceClient(context, async (client) => {
    const { mspId, channel, ehr } = client;
    const register = () => keepRegistered(keys, { ehr, identity, days, now: Date.now() });
    await register();
    const rewrapping = await Rewrapper.open({
      mspId,
      channel,
      ledger: ehr,
      keys,
      home,
      log: logLine,
    });
    const ending = new AbortController();
    const { signal } = ending;
    const checkpointer = fileCheckpointer(path.join(home, 'rewrapping.checkpoint'));
    const source = { client, checkpointer, from: 'beginning' } as const;
    const ended = (work: string) => (error: unknown) => {
      logLine({ ended: work, fault: unwrap(error).code });
    };
    const sharing = await DetailsSharer.open({ mspId, ledger: ehr, home, log: logLine });
    // A name of its own since copies are taken back at a permit's end: patients of before are looked at again.
    const sharingFrom = fileCheckpointer(path.join(home, 'copies.checkpoint'));
    // A key that ends makes no event, and a service may run for longer than a key is registered.
    const renew = async () => {
      await keys.refresh();
      await register();
    };
    const renewing = { everyMs: RENEW_MS, signal, report: (fault: Fault) => logLine({ ...fault }) };
    const working = Promise.all([
      repeatedly(renew, renewing),
      rewrapping.run(source, signal).catch(ended('rewrapping')),
      sharing.run({ ...source, checkpointer: sharingFrom }, signal).catch(ended('sharing')),
    ]);
    const service = await startKeyService({
      mspId,
      channel,
      home,
      keys,
      rewrapping,
      members: currentMembers(client),
      ledger: keyServiceLedger(client),
      ...placeOf(options),
      tls: await readServiceTls(home),
    });
    try {
      await serveUntilTold(service, { home, name: 'keys' });
    } finally {
      ending.abort();
      await working;
    }
  });
}

/** Registers a new key of the organisation's. */
export async function rotate(context: CliContext, days: string): Promise<void> {
  const { home } = context.settings;
  const identity = await identityOf(context.settings);
  const ring = await KeyRing.open(home, passphraseFromEnvironment());
  await withClient(context, async ({ ehr }) => {
    await ring.rotate();
    const keep = { ehr, identity, days: wholeNumber('--days', days, DAYS), now: Date.now() };
    context.output.result(await keepRegistered(ring, keep));
  });
}

/** Tells what a key service re-wraps. */
export async function tellRewrapping(context: CliContext<SettingsWith<'keys'>>): Promise<void> {
  const [url = ''] = context.settings.keys;
  const identity = await identityOf(context.settings);
  await withClient(context, async ({ tlsRoots }) => {
    const service = new KeyServiceClient(url, identity, tlsRoots);
    for (const job of await service.rewrapping()) context.output.item(job);
  });
}

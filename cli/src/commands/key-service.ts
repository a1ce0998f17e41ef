import path from 'node:path';
import type { Command } from 'commander';
import { loadProfile } from '@salus/client/connection';
import { unwrap } from '@salus/client/errors';
import { fileCheckpointer } from '@salus/client/events';
import { resolveIdentity } from '@salus/client/identity';
import { KeyServiceClient, keepRegistered } from '@salus/client/records';
import { currentMembers } from '@salus/client/trust';
import { KeyRing, keyServiceLedger, startKeyService, Rewrapper } from '@salus/key-service';
import { passphraseFromEnvironment, readServiceTls, serveUntilTold } from '@salus/service-kit';
import { connectOptions, contextOf, withClient } from '../command-line/context.js';
import { wholeNumber } from '../command-line/input.js';
import { listening, placeOf, type ListeningOptions } from '../command-line/listening.js';

const DAYS = { from: 1, to: 3650 };

interface ServeOptions extends ListeningOptions {
  readonly days: string;
}

/** `salus keys …`. */
export function registerKeyServiceCommands(program: Command): void {
  const keys = program.command('keys').description("an organisation's key service");

  listening(keys.command('serve'))
    .description('open content keys as the ledger permits, until told to end (SALUS_PASSPHRASE)')
    .option('--days <number>', "for how long the organisation's key is registered", '365')
    .action(async (options: ServeOptions, command: Command) => serve(options, command));

  keys
    .command('rotate')
    .description(
      "register a new key of the organisation's; what was sealed to older ones still opens",
    )
    .option('--days <number>', 'for how long it is registered', '365')
    .action(async ({ days }: Pick<ServeOptions, 'days'>, command: Command) => {
      const context = contextOf(command);
      const { home } = context.settings;
      const identity = await identityOf(context.settings);
      const ring = await KeyRing.open(home, passphraseFromEnvironment());
      await withClient(context, async ({ ehr }) => {
        await ring.rotate();
        const keep = { ehr, identity, days: wholeNumber('--days', days, DAYS), now: Date.now() };
        context.output.result(await keepRegistered(ring, keep));
      });
    });

  keys
    .command('status')
    .description('what the key service re-wraps in the background, and how far it is')
    .requiredOption('--keys <url>', "the organisation's key service")
    .action(async ({ keys: url }: { keys: string }, command: Command) => {
      const context = contextOf(command);
      const identity = await identityOf(context.settings);
      await withClient(context, async ({ tlsRoots }) => {
        const service = new KeyServiceClient(url, identity, tlsRoots);
        for (const job of await service.rewrapping()) context.output.item(job);
      });
    });
}

async function serve(options: ServeOptions, command: Command): Promise<void> {
  const context = contextOf(command);
  const { home } = context.settings;
  const days = wholeNumber('--days', options.days, DAYS);
  const identity = await identityOf(context.settings);
  const keys = await KeyRing.open(home, passphraseFromEnvironment());
  await withClient(context, async (client) => {
    const { mspId, channel, ehr } = client;
    await keepRegistered(keys, { ehr, identity, days, now: Date.now() });
    const log = (line: object) => void process.stderr.write(`${JSON.stringify(line)}\n`);
    const rewrapping = await Rewrapper.open({
      ...{ mspId, channel, ledger: ehr, keys, home, log },
    });
    const ending = new AbortController();
    const { signal } = ending;
    const checkpointer = fileCheckpointer(path.join(home, 'rewrapping.checkpoint'));
    const source = { client, checkpointer, from: 'beginning' } as const;
    const working = rewrapping.run(source, signal).catch((error: unknown) => {
      log({ rewrapping: 'ended', fault: unwrap(error).code });
    });
    const service = await startKeyService({
      ...{ mspId, channel, home, keys, rewrapping },
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

function identityOf(settings: Parameters<typeof connectOptions>[0]) {
  const { profile, identity } = connectOptions(settings);
  return resolveIdentity(identity, loadProfile(profile).mspId);
}

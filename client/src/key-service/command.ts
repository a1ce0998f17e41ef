import type { Command } from 'commander';
import { contextOf, withClient } from '../cli/context.js';
import { portNumber } from '../cli/input.js';
import { consentLedger } from '../service/consent-check.js';
import { eventually } from '../service/eventually.js';
import { currentMembers } from '../service/members.js';
import { passphraseFromEnvironment, readServiceTls, serveUntilTold } from '../service/run.js';
import { startKeyService } from './key-service.js';
import { openKeyPair } from './keys.js';

/** `salus keys serve`. */
export function registerKeyServiceCommands(program: Command): void {
  program
    .command('keys')
    .description("a custodian's key service")
    .command('serve')
    .description('re-wrap content keys as the ledger permits, until told to end (SALUS_PASSPHRASE)')
    .option('--port <number>', 'port on loopback; 0 takes a free one', '0')
    .action(async (options: { port: string }, command: Command) => {
      const context = contextOf(command);
      const { home } = context.settings;
      const keys = await openKeyPair(home, passphraseFromEnvironment());
      await withClient(context, async (client) => {
        const service = await startKeyService({
          mspId: client.mspId,
          channel: client.channel,
          home,
          keys,
          members: currentMembers(client),
          ledger: {
            ...consentLedger(client),
            readDetails: (recordId) => eventually(() => client.ehr.readDetails(recordId)),
          },
          port: portNumber(options.port),
          tls: await readServiceTls(home),
        });
        await serveUntilTold(service, { home, name: 'keys' });
      });
    });
}

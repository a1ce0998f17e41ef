import type { Command } from 'commander';
import { connectOptions, contextOf, withClient } from '../cli/context.js';
import { portNumber } from '../cli/input.js';
import { currentMembers } from '../service/members.js';
import { readServiceTls, serveUntilTold } from '../service/run.js';
import { ledgerView } from './ledger-view.js';
import { startStore } from './store-service.js';

/** `salus store serve`. */
export function registerStoreCommands(program: Command): void {
  program
    .command('store')
    .description("an organisation's content store")
    .command('serve')
    .description('serve content as the ledger permits, until told to end')
    .option('--port <number>', 'port on loopback; 0 takes a free one', '0')
    .action(async (options: { port: string }, command: Command) => {
      const context = contextOf(command);
      connectOptions(context.settings);
      await withClient(context, async (client) => {
        const { home } = context.settings;
        const service = await startStore({
          home,
          channel: client.channel,
          members: currentMembers(client),
          ledger: ledgerView(client),
          port: portNumber(options.port),
          tls: await readServiceTls(home),
        });
        await serveUntilTold(service, { home, name: 'store' });
      });
    });
}

import type { Command } from 'commander';
import { connectedContext, contextOf } from '../command-line/context.js';
import { listening } from '../command-line/listening.js';
import type { ServeOptions } from './key-service-actions.js';

/** `salus keys …`. */
export function defineKeys(keys: Command): void {
  listening(keys.command('serve'))
    .description('open content keys as the ledger permits, until told to end (SALUS_PASSPHRASE)')
    .option('--days <number>', "for how long the organisation's key is registered", '365')
    .action(async (options: ServeOptions, command: Command) => {
      const { serve } = await import('./key-service-actions.js');
      await serve(contextOf(command), options);
    });

  keys
    .command('rotate')
    .description(
      "register a new key of the organisation's; what was sealed to older ones still opens",
    )
    .option('--days <number>', 'for how long it is registered', '365')
    .action(async ({ days }: Pick<ServeOptions, 'days'>, command: Command) => {
      const { rotate } = await import('./key-service-actions.js');
      await rotate(contextOf(command), days);
    });

  keys
    .command('status')
    .description('what the key service re-wraps in the background, and how far it is')
    .option('--keys <url>', "the organisation's key service (SALUS_KEYS, the first of them)")
    .action(async (_options: object, command: Command) => {
      const { tellRewrapping } = await import('./key-service-actions.js');
      await tellRewrapping(connectedContext(command, 'keys'));
    });
}

import type { Command } from 'commander';
import type { BackendOptions } from '@salus/store-service';
import { connectedContext, contextOf, withServiceClient } from '../command-line/context.js';
import { wholeNumber } from '../command-line/input.js';
import { listening } from '../command-line/listening.js';
import type { RepairOptions, ServeOptions } from './store-actions.js';

/** `salus store serve`, `check` and `repair`. */
export function defineStore(store: Command): void {
  listening(withBackend(store.command('serve')))
    .description('serve parts and contents as the ledger permits, until told to end')
    .option(
      '--content-quota <GiB>',
      'contents of computations that the store keeps for each organisation',
      gibibytes,
      64,
    )
    .action(async (options: ServeOptions, command: Command) => {
      const context = contextOf(command);
      const { serve } = await import('./store-actions.js');
      await withServiceClient(context, (client) => serve(client, context, options));
    });
  withBackend(store.command('check'))
    .description('read every part that the store keeps, and tell which are damaged')
    .action(async (options: BackendOptions, command: Command) => {
      const { check } = await import('./store-actions.js');
      await check(contextOf(command), options);
    });
  withBackend(store.command('repair'))
    .description("restore the store's own parts that are missing or damaged from other stores")
    .option('--store <MSP=URL...>', 'stores of other organisations (SALUS_STORES)')
    .option('--pseudonym <pseudonym>', 'patient whose record it is')
    .option('--record <id>', 'the record')
    .option('--all', 'every record of the channel')
    .action(async (options: RepairOptions, command: Command) => {
      const context = connectedContext(command, 'stores');
      const { repair } = await import('./store-actions.js');
      await withServiceClient(context, (client) => repair(client, context, options));
    });
}

const gibibytes = (text: string) =>
  wholeNumber('--content-quota', text, { from: 1, to: 1_000_000 });

/** Adds the options that say where a store keeps its parts. */
function withBackend(command: Command): Command {
  return command
    .option('--backend <kind>', 'where parts are kept: file (in --home) or s3', 'file')
    .option('--s3-endpoint <url>', 'address of the S3 service')
    .option('--s3-bucket <name>', 'bucket of the store')
    .option('--s3-prefix <name>', 'what the names of its objects begin with')
    .option('--s3-region <name>', 'region of the bucket', 'us-east-1')
    .addHelpText(
      'after',
      '\nThe account at the S3 service is read from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    );
}

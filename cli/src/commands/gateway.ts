import type { Command } from 'commander';
import { connectOptions, contextOf } from '../command-line/context.js';
import { portNumber } from '../command-line/input.js';

/** `salus gateway serve`. */
export function defineGateway(gateway: Command): void {
  gateway
    .command('serve')
    .description('serve FHIR by gateway.json of the home, until told to end (SALUS_PASSPHRASE)')
    .option('--port <number>', 'port on loopback; 0 takes a free one', '0')
    .action(async (options: { port: string }, command: Command) => {
      const context = contextOf(command);
      const { profile, channel } = connectOptions(context.settings);
      const { serveGateway } = await import('@salus/gateway');
      const { home } = context.settings;
      await serveGateway({ home, profile, channel, port: portNumber(options.port) });
    });
}

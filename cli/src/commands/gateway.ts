import { SalusError } from '@salus/chaincode-common';
import type { Command } from 'commander';
import { connectOptions, contextOf, type CliContext } from '../context.js';
import { portNumber } from '../input.js';

/** What the workspace `@salus/gateway` brings; who only uses the SDK doesn't install it. */
interface GatewayModule {
  readonly serveGateway: (context: CliContext, options: { readonly port: number }) => Promise<void>;
}

/** `salus gateway serve`. */
export function registerGatewayCommands(program: Command): void {
  program
    .command('gateway')
    .description('FHIR R4 for hospital systems, and a portal for patients (docs/gateway.md)')
    .command('serve')
    .description('serve FHIR by gateway.json of the home, until told to end (SALUS_PASSPHRASE)')
    .option('--port <number>', 'port on loopback; 0 takes a free one', '0')
    .action(async (options: { port: string }, command: Command) => {
      const context = contextOf(command);
      connectOptions(context.settings);
      const { serveGateway } = await loadGateway();
      await serveGateway(context, { port: portNumber(options.port) });
    });
}

async function loadGateway(): Promise<GatewayModule> {
  // A name that the compiler doesn't follow: the gateway is built on the client.
  const name = '@salus/gateway';
  try {
    return (await import(name)) as GatewayModule;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new SalusError('ERR_SETTINGS_MISSING', 'The gateway is not installed', {
      argument: 'gateway',
      expected: 'the package @salus/gateway beside @salus/client',
      remedy: 'Install @salus/gateway.',
      cause,
    });
  }
}

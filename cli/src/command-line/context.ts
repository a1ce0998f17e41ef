import type { Command } from 'commander';
import type { ConnectOptions, SalusClient } from '@salus/client';
import type { Identity } from '@salus/client/identity';
import { Output } from './output.js';
import type { Terminal } from './terminal.js';
import {
  readSettings,
  requireSettings,
  type ParsedOptions,
  type SettingName,
  type Settings,
  type SettingsWith,
} from './settings.js';

const CONNECTION = ['profile', 'mspDir', 'channel'] as const;

/** What a command works with. */
export interface CliContext<S extends Settings = Settings> {
  readonly settings: S;
  readonly output: Output;
}

/** The context of a command that runs: its global options, the environment and salus.json. */
export function contextOf(command: Command): CliContext {
  const options = command.optsWithGlobals<ParsedOptions & { json?: boolean }>();
  const configured = command.configureOutput();
  const terminal: Terminal = {
    out: (text) => configured.writeOut?.(text),
    err: (text) => configured.writeErr?.(text),
  };
  return {
    settings: readSettings(options, process.env),
    output: new Output({ json: options.json ?? false }, terminal),
  };
}

/**
 * The context of a command that connects and needs these settings too.
 *
 * @throws SalusError `ERR_SETTINGS_MISSING` naming all that are missing
 */
export function connectedContext<K extends SettingName>(
  command: Command,
  ...needed: readonly K[]
): CliContext<SettingsWith<K>> {
  const { settings, output } = contextOf(command);
  return { settings: requireSettings<SettingName>(settings, ...CONNECTION, ...needed), output } as {
    settings: SettingsWith<K>;
    output: Output;
  };
}

/** Connects with the settings of a command, runs it, and hangs up whatever happens. */
export function withClient<T>(
  { settings }: CliContext,
  run: (client: SalusClient) => Promise<T>,
): Promise<T> {
  return whileConnected(connectOptions(settings), run);
}

/**
 * As {@link withClient}, for a service. It serves by what its own organisation's peers say: what only
 * another's tell of, such as a decision, does not count.
 */
export function withServiceClient<T>(
  { settings }: CliContext,
  run: (client: SalusClient) => Promise<T>,
): Promise<T> {
  return whileConnected({ ...connectOptions(settings), failover: false }, run);
}

async function whileConnected<T>(
  options: ConnectOptions,
  run: (client: SalusClient) => Promise<T>,
): Promise<T> {
  const { connect } = await import('@salus/client');
  const client = await connect(options);
  try {
    return await run(client);
  } finally {
    client.close();
  }
}

/** @throws SalusError `ERR_SETTINGS_MISSING` naming all that are missing */
export function connectOptions(settings: Settings): ConnectOptions {
  const { profile, mspDir, mspId, channel } = requireSettings(settings, ...CONNECTION);
  return { profile, channel, identity: { mspDir, ...(mspId !== undefined && { mspId }) } };
}

/** The identity to act as, read from the MSP folder. @throws SalusError as {@link requireSettings} */
export async function identityOf(settings: Settings): Promise<Identity> {
  const { profile, mspDir, mspId } = requireSettings(settings, 'profile', 'mspDir');
  const [{ loadProfile }, { resolveIdentity }] = await Promise.all([
    import('@salus/client/connection'),
    import('@salus/client/identity'),
  ]);
  const source = { mspDir, ...(mspId !== undefined && { mspId }) };
  return resolveIdentity(source, loadProfile(profile).mspId);
}

/** The command that an action was called with: commander hands it over last. */
export function commandOf(parameters: readonly unknown[]): Command {
  return parameters.at(-1) as Command;
}

/**
 * Makes a commander action of something that is done with a connected client. What it returns is
 * printed as the command's result.
 *
 * @example
 * ehr.command('record').argument('<recordId>').action(onClient((client, recordId: string) => client.ehr.getRecord(recordId)));
 */
// The parameters' types are the caller's knowledge of its own command line.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
export function onClient<P extends unknown[]>(
  run: (client: SalusClient, ...parameters: P) => Promise<unknown>,
): (...parameters: unknown[]) => Promise<void> {
  return async (...parameters) => {
    const context = contextOf(commandOf(parameters));
    const result = await withClient(context, (client) => run(client, ...(parameters as P)));
    context.output.result(result);
  };
}

/** As {@link onClient}, with the home and the stores of the settings, for ciphertexts. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- as above
export function onStores<P extends unknown[]>(
  run: (
    client: SalusClient,
    at: Pick<SettingsWith<'stores'>, 'home' | 'stores'>,
    ...parameters: P
  ) => Promise<unknown>,
): (...parameters: unknown[]) => Promise<void> {
  return async (...parameters) => {
    const context = connectedContext(commandOf(parameters), 'stores');
    const { home, stores } = context.settings;
    const result = await withClient(context, (client) =>
      run(client, { home, stores }, ...(parameters as P)),
    );
    context.output.result(result);
  };
}

/** The option of a command with {@link onStores}. */
export function withStores(command: Command): Command {
  return command.option('--store <url...>', 'stores where ciphertexts lie (SALUS_STORES)');
}

/** As {@link onClient}, for a list that may be long: each item is printed as it comes. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- as above
export function onClientList<P extends unknown[]>(
  run: (client: SalusClient, ...parameters: P) => AsyncIterable<unknown>,
): (...parameters: unknown[]) => Promise<void> {
  return async (...parameters) => {
    const context = contextOf(commandOf(parameters));
    await withClient(context, async (client) => {
      for await (const item of run(client, ...(parameters as P))) context.output.item(item);
    });
  };
}

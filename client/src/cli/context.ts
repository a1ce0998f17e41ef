import type { Command } from 'commander';
import { connect, type ConnectOptions } from '../connection/connect.js';
import type { SalusClient } from '../salus-client.js';
import { Output } from './output.js';
import { readSettings, requireSettings, type GlobalOptions, type Settings } from './settings.js';

/** What a command works with. */
export interface CliContext {
  readonly settings: Settings;
  readonly output: Output;
}

/** The context of a command that runs: its global options, the environment and salus.json. */
export function contextOf(command: Command): CliContext {
  const options = command.optsWithGlobals<GlobalOptions & { json?: boolean }>();
  return {
    settings: readSettings(options, process.env),
    output: new Output({ json: options.json ?? false }),
  };
}

/** Connects with the settings of a command, runs it, and hangs up whatever happens. */
export async function withClient<T>(
  { settings }: CliContext,
  run: (client: SalusClient) => Promise<T>,
): Promise<T> {
  const client = await connect(connectOptions(settings));
  try {
    return await run(client);
  } finally {
    client.close();
  }
}

/** @throws SalusError `ERR_SETTINGS_MISSING` naming all that are missing */
export function connectOptions(settings: Settings): ConnectOptions {
  const { profile, mspDir, mspId, channel } = requireSettings(
    settings,
    'profile',
    'mspDir',
    'channel',
  );
  return { profile, channel, identity: { mspDir, ...(mspId !== undefined && { mspId }) } };
}

import type { Command } from 'commander';
import { SalusCommand } from './command-line/salus-command.js';
import { processTerminal, type Terminal } from './command-line/terminal.js';
import type { CommandEntry } from './command-line/command-entry.js';

/** What a program consists of, and where it writes. */
export interface ProgramOptions {
  /** Whether a command's arguments, options and subcommands are needed; all are by default. */
  readonly wanted?: (name: string) => boolean;
  readonly terminal?: Terminal;
}

/** The `salus` command with its subcommands; those that are not wanted have name and description only. */
export async function buildProgram(
  commands: readonly CommandEntry[],
  { wanted = () => true, terminal = processTerminal }: ProgramOptions = {},
): Promise<Command> {
  const program = root(terminal);
  for (const { name, description, load } of commands) {
    const command = program.command(name).description(description);
    if (wanted(name)) (await load())(command);
  }
  return program;
}

function root({ out, err }: Terminal): Command {
  return new SalusCommand('salus')
    .configureOutput({ writeOut: out, writeErr: err })
    .description('Records, medicines, claims and statistics on a Salus network')
    .option('--profile <file>', "the organisation's connection profile (SALUS_PROFILE)")
    .option('--msp-dir <folder>', 'MSP folder of the identity to act as (SALUS_MSP_DIR)')
    .option('--msp-id <id>', "MSP ID, where it isn't the profile's own (SALUS_MSP_ID)")
    .option('--channel <name>', 'channel, e.g. edge-east (SALUS_CHANNEL)')
    .option(
      '--home <folder>',
      "the actor's folder with salus.json (SALUS_ACTOR_HOME; default: here)",
    )
    .option('--json', 'print results as JSON, one a line, and errors as a JSON object')
    .showHelpAfterError('(--help tells how it is used)')
    .addHelpText(
      'after',
      `
Each setting is taken from its option, else from the environment variable, else from salus.json
(stores, key services and custodians too; see docs/cli.md).
Errors go to standard error with a code (see docs/errors.md) and a remedy; the exit code is then 1,
or 2 when the command line itself was wrong.`,
    );
}

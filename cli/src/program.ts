import type { Command } from 'commander';
import { SalusCommand } from './command-line/salus-command.js';
import { processTerminal, type Terminal } from './command-line/terminal.js';
import { commands } from './commands.js';

/** The `salus` command with all its subcommands. */
export function buildProgram({ out, err }: Terminal = processTerminal): Command {
  const program = new SalusCommand('salus')
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
Each setting is taken from its option, else from the environment variable, else from salus.json.
Errors go to standard error with a code (see docs/errors.md) and a remedy; the exit code is then 1,
or 2 when the command line itself was wrong.`,
    );
  for (const register of commands) register(program);
  return program;
}

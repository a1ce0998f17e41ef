import { CommanderError, type Command } from 'commander';
import type { CommandEntry } from './command-line/command-entry.js';
import { processTerminal, type Terminal } from './command-line/terminal.js';
import { commands } from './commands.js';
import { buildProgram } from './program.js';

const FAILED = 1;
const WRONG_USAGE = 2;

/** Where and how a command line is run. */
export interface RunOptions {
  readonly terminal?: Terminal;
  /** Called with the command before it acts; what it throws refuses the command. */
  readonly admit?: (command: Command) => void;
}

/** Those about commands themselves come last. */
export const allCommands: readonly CommandEntry[] = [
  ...commands,
  {
    name: 'shell',
    description: 'run commands from standard input, each a JSON array of words on a line',
    load: async () => {
      const { defineShell } = await import('./commands/shell.js');
      return (command) => defineShell(command, run);
    },
  },
  {
    name: 'completion',
    description: 'print a script by which bash or zsh completes commands and options',
    load: async () => {
      const { defineCompletion } = await import('./commands/completion.js');
      return (command) => defineCompletion(command, () => buildProgram(allCommands));
    },
  },
];

/**
 * Runs `salus` with the arguments of a command line.
 *
 * @returns the exit code: 0, 1 after an error that was told, 2 for a command line that can't be read
 */
export async function run(
  args: readonly string[],
  { terminal = processTerminal, admit }: RunOptions = {},
): Promise<number> {
  const wanted = (name: string) => args.includes(name);
  const program = await buildProgram(allCommands, { wanted, terminal });
  if (admit) program.hook('preAction', (_, command) => admit(command));
  exitByThrowing(program);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
    const { reportError } = await import('./command-line/report-error.js');
    await reportError(error, args.includes('--json'), terminal);
    return FAILED;
  }
}

/** Commander exits at once by default, before output has drained. */
function exitByThrowing(command: Command): void {
  command.exitOverride();
  command.commands.forEach(exitByThrowing);
}

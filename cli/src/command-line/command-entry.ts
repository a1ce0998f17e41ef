import type { Command } from 'commander';

/** Adds arguments, options, subcommands and what is done to a command of `salus`. */
export type DefineCommand = (command: Command) => void;

/** A command of `salus` before anything of it is loaded: what the help lists. */
export interface CommandEntry {
  readonly name: string;
  readonly description: string;
  readonly load: () => Promise<DefineCommand>;
}

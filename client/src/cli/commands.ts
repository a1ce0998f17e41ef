import type { Command } from 'commander';
import { registerConnectionCommands } from './commands/connection.js';
import { registerEnrollCommands } from './commands/enroll.js';
import { registerEventsCommand } from './commands/events.js';

/** Adds one or more subcommands to `salus`. */
export type RegisterCommands = (program: Command) => void;

/** All subcommands, in the order in which the help lists them. */
export const commands: readonly RegisterCommands[] = [
  registerEnrollCommands,
  registerConnectionCommands,
  registerEventsCommand,
];

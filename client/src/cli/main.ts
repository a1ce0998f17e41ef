#!/usr/bin/env node
import { CommanderError, type Command } from 'commander';
import { buildProgram } from './program.js';
import { reportError } from './report-error.js';

const FAILED = 1;
const WRONG_USAGE = 2;

async function main(): Promise<void> {
  const program = buildProgram();
  exitByThrowing(program);
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : WRONG_USAGE;
      return;
    }
    reportError(error, process.argv.includes('--json'));
    process.exitCode = FAILED;
  }
}

/** Commander exits at once by default, before output has drained. */
function exitByThrowing(command: Command): void {
  command.exitOverride();
  command.commands.forEach(exitByThrowing);
}

void main();

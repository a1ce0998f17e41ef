import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { SalusError } from '@salus/protocol';
import { reportError } from '../command-line/report-error.js';
import type { Terminal } from '../command-line/terminal.js';

/** What the shell answers to one line. */
export interface Answer {
  /** As of a `salus` process: 0, 1 after an error, 2 for a command line that can't be read. */
  readonly exitCode: number;
  /** What the command printed, one item a line; lines that are no JSON, as of a help, are texts. */
  readonly results: readonly unknown[];
  readonly error?: { readonly code?: string; readonly message: string };
}

/** Runs a command line in this process, as `run` does. */
export type Runner = (
  args: readonly string[],
  options: { readonly terminal: Terminal; readonly admit: (command: Command) => void },
) => Promise<number>;

const WRONG_USAGE = 2;

/** Commands that run until their process is told to end. */
const ENDLESS = ['serve', 'events', 'shell'];

/** `salus shell`: many commands by one process, for programs. */
export function defineShell(shell: Command, run: Runner): void {
  shell
    .addHelpText(
      'after',
      `
Each line is answered by one line of JSON: {"exitCode":0,"results":[…]}, with "error" if it failed.
Commands run one after the other, each as with --json. The shell ends with its input.`,
    )
    .action(async () => {
      for await (const answer of answers(createInterface({ input: process.stdin }), run)) {
        process.stdout.write(`${JSON.stringify(answer)}\n`);
      }
    });
}

/** Runs the command of each line, and tells what came of it. */
export async function* answers(lines: AsyncIterable<string>, run: Runner): AsyncGenerator<Answer> {
  for await (const line of lines) {
    if (line.trim() !== '') yield await answerTo(line, run);
  }
}

async function answerTo(line: string, run: Runner): Promise<Answer> {
  let [out, err] = ['', ''];
  const terminal: Terminal = {
    out: (text) => (out += text),
    err: (text) => (err += text),
  };
  const exitCode = await runLine(line, { run, terminal });
  const results = out.split('\n').filter(Boolean).map(fromJson);
  return { exitCode, results, ...(exitCode !== 0 && { error: errorOf(err) }) };
}

async function runLine(
  line: string,
  { run, terminal }: { readonly run: Runner; readonly terminal: Terminal },
): Promise<number> {
  try {
    return await run(['--json', ...wordsOf(line)], { terminal, admit });
  } catch (error) {
    await reportError(error, true, terminal);
    return WRONG_USAGE;
  }
}

function wordsOf(line: string): readonly string[] {
  const words = fromJson(line);
  if (Array.isArray(words) && words.every((word) => typeof word === 'string')) {
    // The shell reads its standard input for commands alone.
    if (!words.includes('-')) return words;
    throw new SalusError('ERR_INVALID_ARGUMENT', 'The shell has no standard input for a command', {
      argument: '-',
      expected: 'a file',
      remedy: 'Write the input to a file, and name the file.',
    });
  }
  // The line itself may hold what nobody else should read.
  throw new SalusError('ERR_INVALID_JSON', 'The line is not a JSON array of words', {
    argument: 'standard input',
    expected: '["ehr","records","PSEUDONYM"]',
  });
}

function admit(command: Command): void {
  if (!ENDLESS.includes(command.name())) return;
  throw new SalusError('ERR_INVALID_ARGUMENT', `${command.name()} does not run in the shell`, {
    argument: command.name(),
    expected: 'a command that ends by itself',
    remedy: 'Run it as a process of its own.',
  });
}

function errorOf(text: string): NonNullable<Answer['error']> {
  const told = fromJson(text) as { error: NonNullable<Answer['error']> } | string;
  return typeof told === 'string' ? { message: told.trim() } : told.error;
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

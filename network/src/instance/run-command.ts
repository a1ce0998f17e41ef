import { execFile } from 'node:child_process';
import { NetworkError } from './errors.js';

export interface CommandOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly timeoutMilliseconds?: number;
}

/**
 * Runs a program to its end and returns what it wrote.
 *
 * @throws NetworkError ERR_COMMAND_FAILED with the last lines of its standard error.
 */
export function runCommand(
  program: string,
  args: readonly string[],
  { env = process.env, cwd, timeoutMilliseconds = 120_000 }: CommandOptions = {},
): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const options = { env, cwd, timeout: timeoutMilliseconds, maxBuffer: 64 * 1024 * 1024 };
    execFile(program, [...args], options, (cause, stdout, stderr) => {
      if (!cause) {
        resolve({ stdout, stderr });
        return;
      }
      const lines = (stderr.trim() || stdout.trim() || cause.message).split('\n').slice(-5);
      const message = `${[program, ...args.slice(0, 3)].join(' ')} failed: ${lines.join('\n')}`;
      reject(new NetworkError('ERR_COMMAND_FAILED', message, undefined, { cause }));
    });
  });
}

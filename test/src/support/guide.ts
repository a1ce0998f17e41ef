import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { NATIONAL_ID } from '@salus/testing/salus-process';
import { shellLines } from '../../../scripts/documents/blocks.js';
import { repository } from '../deployment.js';

/** What a reader fills in: a text of the line, and what stands in its place. */
export type Filled = Readonly<Record<string, string>>;

/** The lines of the guides, as a reader types them into bash. */
export class Guide {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'salus-guide-'));
  readonly #typed = new Set<string>();
  readonly #services: ChildProcess[] = [];

  constructor() {
    const programs = path.join(this.#folder, 'bin');
    mkdirSync(programs);
    const salus = `exec '${process.execPath}' '${path.join(repository, 'cli', 'bin', 'salus.js')}' "$@"`;
    // `npx` finds the workspace's own program in a checkout; here `salus` is on PATH.
    for (const [name, line] of Object.entries({ salus, npx: 'exec "$@"' })) {
      const file = path.join(programs, name);
      writeFileSync(file, `#!/bin/sh\n${line}\n`);
      chmodSync(file, 0o700);
    }
  }

  /** A home for an actor. */
  home(actor: string): string {
    const home = path.join(this.#folder, actor);
    mkdirSync(home, { recursive: true, mode: 0o700 });
    return home;
  }

  /**
   * Types a line of a guide in an actor's home.
   *
   * @param line - as it stands in a guide, without its comment
   * @returns what it prints
   * @throws Error for a line that no guide has, and for one that fails
   */
  async type(line: string, home: string, filled: Filled = {}): Promise<string> {
    const options = { cwd: home, env: environment(this.#folder, home) };
    const script = `set -euo pipefail\n${this.#take(line, filled)}`;
    const { stdout } = await promisify(execFile)('bash', ['-c', script], options);
    return stdout;
  }

  /** Types a line that starts a service. @returns where it listens */
  async serve(line: string, home: string, filled: Filled = {}): Promise<string> {
    const child = spawn('bash', ['-c', this.#take(line, filled)], {
      cwd: home,
      env: environment(this.#folder, home),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#services.push(child);
    for await (const told of createInterface({ input: child.stdout })) {
      return (JSON.parse(told) as { url: string }).url;
    }
    throw new Error(`${line} ended before it served`);
  }

  /** Takes a line as typed that is run otherwise. @returns the line */
  claim(line: string): string {
    return this.#take(line, {});
  }

  /** Every line that was typed. */
  get typed(): ReadonlySet<string> {
    return this.#typed;
  }

  async close(): Promise<void> {
    for (const child of this.#services.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #take(line: string, filled: Filled): string {
    if (!shellLines().some((one) => one.line === line)) throw new Error(`No guide says: ${line}`);
    this.#typed.add(line);
    return Object.entries(filled).reduce((text, [from, to]) => {
      if (!text.includes(from)) throw new Error(`There is no ${from} in: ${text}`);
      return text.replaceAll(from, () => to);
    }, line);
  }
}

function environment(folder: string, home: string): NodeJS.ProcessEnv {
  return {
    PATH: `${path.join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
    ...{ HOME: home, SALUS_ACTOR_HOME: home, NO_COLOR: '1' },
    ...{ SALUS_PASSPHRASE: PASSPHRASE, SALUS_NATIONAL_ID: NATIONAL_ID },
  };
}

const PASSPHRASE = 'passphrase of a test';

/** What a reader types for `SALUS_PASSPHRASE=…`. */
export const passphrase: Filled = { 'SALUS_PASSPHRASE=…': `SALUS_PASSPHRASE='${PASSPHRASE}'` };

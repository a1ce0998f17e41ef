import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';

/** What a process needs to be told: its own home and nothing of others. */
export interface ProcessOptions {
  /** Of the actor, and of what it runs: the log in its home is called so. */
  readonly name: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
}

const ANSWER_MS = 180_000;
const END_MS = 5000;
const INHERITED = ['PATH', 'TZ', 'NO_COLOR'];

/** A process that belongs to one actor, and ends when its input does. It writes lines of JSON. */
export class LineProcess implements AsyncDisposable {
  readonly name: string;
  readonly home: string;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;
  #errors = '';
  #turn: Promise<unknown> = Promise.resolve();

  constructor(script: string, args: readonly string[], { name, home, env }: ProcessOptions) {
    this.name = name;
    this.home = home;
    const inherited = Object.entries(process.env).filter(([key]) => INHERITED.includes(key));
    this.#child = spawn(process.execPath, [script, ...args], {
      cwd: home,
      env: { ...Object.fromEntries(inherited), HOME: home, SALUS_ACTOR_HOME: home, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const { stdin, stdout, stderr } = this.#child;
    if (!stdin || !stdout || !stderr) throw new Error(`${name} has no input or output`);
    // Who writes to a process that has ended learns it from the answer that is missing.
    stdin.on('error', () => undefined);
    const log = createWriteStream(path.join(home, `${name}.log`), { flags: 'a', mode: 0o600 });
    stderr.pipe(log);
    stderr.on('data', (data: Buffer) => {
      this.#errors = `${this.#errors}${data.toString()}`.slice(-4000);
    });
    this.#reader = createInterface({ input: stdout });
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  /** The next line that it writes by itself, as when it is ready. */
  nextLine<T>(): Promise<T> {
    return this.#next() as Promise<T>;
  }

  /** Writes a line, and reads the line that answers it; one at a time. */
  exchange<T>(line: unknown): Promise<T> {
    const answer = this.#turn.then(() => {
      this.#child.stdin?.write(`${JSON.stringify(line)}\n`);
      return this.#next();
    });
    this.#turn = answer.catch(() => undefined);
    return answer as Promise<T>;
  }

  /** Ends its input, and waits until it has ended; one that stays is ended by its ID. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.stdin?.end();
    const force = setTimeout(() => this.#child.kill('SIGKILL'), END_MS);
    await ended;
    clearTimeout(force);
  }

  async #next(): Promise<unknown> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.#failure('does not answer')), ANSWER_MS);
    });
    try {
      const next = await Promise.race([this.#lines.next(), late]);
      if (next.done === true) throw this.#failure('has ended');
      return JSON.parse(next.value) as unknown;
    } finally {
      clearTimeout(timer);
    }
  }

  #failure(what: string): Error {
    return new Error(
      `${this.name} ${what}${this.#errors === '' ? '' : `: ${this.#errors.trim()}`}`,
    );
  }
}

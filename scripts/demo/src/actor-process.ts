import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';

/** What a process needs to be told: its own home and nothing of others. */
export interface ProcessOptions {
  readonly name: string;
  readonly home: string;
  readonly env?: Readonly<Record<string, string>>;
}

const START_MS = 60_000;

/** A process that belongs to one actor. It answers lines of JSON with lines of JSON. */
export class ActorProcess implements AsyncDisposable {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;
  #errors = '';
  #turn: Promise<unknown> = Promise.resolve();

  constructor(script: string, args: readonly string[], options: ProcessOptions) {
    const { name, home, env } = options;
    this.name = name;
    const inherited = Object.entries(process.env).filter(
      ([key]) => key === 'PATH' || key === 'HOME' || key === 'TZ' || key === 'NO_COLOR',
    );
    this.#child = spawn(process.execPath, [script, ...args], {
      cwd: home,
      env: { ...Object.fromEntries(inherited), SALUS_ACTOR_HOME: home, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const { stdout, stderr } = this.#child;
    if (!stdout || !stderr) throw new Error(`${name} has no output`);
    const log = createWriteStream(path.join(home, `${name}.log`), { flags: 'a', mode: 0o600 });
    stderr.pipe(log);
    stderr.on('data', (data: Buffer) => {
      this.#errors = `${this.#errors}${data.toString()}`.slice(-4000);
    });
    this.#reader = createInterface({ input: stdout });
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  /** The first line, by which it tells that it is ready. */
  async ready(): Promise<Record<string, string>> {
    return (await this.#nextLine()) as Record<string, string>;
  }

  /** Asks the actor; one question at a time. */
  ask<T>(call: string, argument: unknown = {}): Promise<T> {
    const answer = this.#turn.then(async () => {
      this.#child.stdin?.write(`${JSON.stringify({ call, argument })}\n`);
      return this.#nextLine();
    });
    this.#turn = answer.catch(() => undefined);
    return answer.then((line) => {
      const { value, error } = line as { value?: T; error?: { code: string; message: string } };
      if (error) throw Object.assign(new Error(`${this.name}: ${error.message}`), error);
      return value as T;
    });
  }

  /** Ends this process, by its ID, and waits. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const force = setTimeout(() => this.#child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(force);
  }

  async #nextLine(): Promise<unknown> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.#failure('does not answer')), START_MS);
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

/** Waits until the peers of others have seen all that one actor's peer has: peers are a block or two apart. */
export async function inStep(
  from: ActorProcess,
  ...others: readonly ActorProcess[]
): Promise<void> {
  const height = await from.ask<number>('height');
  await Promise.all(others.map((other) => other.ask('awaitHeight', height)));
}

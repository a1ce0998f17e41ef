import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** The process of patients' wallets, from outside. */
export class Wallet implements Disposable {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #grants: string[] = [];

  constructor(channel: string) {
    const script = path.join(__dirname, '..', 'dist', 'wallet-process.js');
    const child = spawn(process.execPath, [script, channel], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  registrations(): Promise<string[]> {
    return this.#answer();
  }

  /** Has grants signed ahead, so that no signing is measured. */
  async prepare(count: number): Promise<void> {
    if (this.#grants.length >= count) return;
    this.#child.stdin?.write(`${count - this.#grants.length}\n`);
    this.#grants.push(...(await this.#answer()));
  }

  grant(): string {
    const statement = this.#grants.pop();
    if (statement === undefined) throw new Error('The prepared grants are used up');
    return statement;
  }

  async #answer(): Promise<string[]> {
    const line: IteratorResult<string, unknown> = await this.#lines.next();
    if (line.done === true) throw new Error('The wallet process ended');
    return JSON.parse(line.value) as string[];
  }

  [Symbol.dispose](): void {
    this.#child.kill();
  }
}

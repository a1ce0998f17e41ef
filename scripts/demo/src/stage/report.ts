import pc from 'picocolors';

/** Collects what happened, tells progress as it happens, and prints the summary at the end. */
export class Report {
  readonly #json: boolean;
  readonly #started = Date.now();
  readonly #sections = new Map<string, string[]>();

  constructor({ json }: { readonly json: boolean }) {
    this.#json = json;
  }

  /** Something that is being done now. */
  step(text: string): void {
    if (this.#json) return;
    const seconds = ((Date.now() - this.#started) / 1000).toFixed(1).padStart(6);
    process.stderr.write(`${pc.dim(`${seconds} s`)}  ${text}\n`);
  }

  /** A line of the summary. */
  add(section: string, line: string): void {
    const lines = this.#sections.get(section) ?? [];
    lines.push(line);
    this.#sections.set(section, lines);
  }

  /** A check that must hold. */
  check(holds: boolean, claim: string): void {
    if (!holds) throw new Error(`The demo expected: ${claim}`);
  }

  print(): void {
    const seconds = Math.round((Date.now() - this.#started) / 100) / 10;
    if (this.#json) {
      const summary = { seconds, ...Object.fromEntries(this.#sections) };
      process.stdout.write(`${JSON.stringify(summary)}\n`);
      return;
    }
    for (const [title, lines] of this.#sections) {
      process.stdout.write(`\n${pc.bold(title)}\n${lines.map((line) => `  ${line}\n`).join('')}`);
    }
    process.stdout.write(`\nDone in ${seconds} s. The network is still up.\n`);
  }
}

import pc from 'picocolors';
import { processTerminal, type Terminal } from './terminal.js';

/** Tells the progress of long work. */
export interface Progress {
  /** More has been done. */
  advance(by?: number): void;
  stop(): void;
}

/**
 * Where a command's results go. Results are written to standard output, everything else to standard
 * error, so that results can be piped.
 */
export class Output {
  readonly json: boolean;
  readonly #terminal: Terminal;

  constructor({ json }: { readonly json: boolean }, terminal: Terminal = processTerminal) {
    this.json = json;
    this.#terminal = terminal;
  }

  /** Prints a result: as it is with `--json`, else as `name: value` lines or the given text. */
  result(value: unknown, text?: string): void {
    this.#terminal.out(this.json ? `${toJson(value)}\n` : `${text ?? toText(value)}\n`);
  }

  /** Prints one of many results. */
  item(value: unknown): void {
    this.result(value, `${toText(value)}\n`);
  }

  /** A remark for the person at the terminal. */
  note(text: string): void {
    if (!this.json) this.#terminal.err(`${text}\n`);
  }

  /** A progress bar, on a terminal only. */
  async progress(title: string, total: number): Promise<Progress> {
    if (this.json || !process.stderr.isTTY) {
      return { advance: () => undefined, stop: () => undefined };
    }
    const { SingleBar } = await import('cli-progress');
    const bar = new SingleBar({
      format: `${title} [{bar}] {value}/{total} {eta_formatted}`,
      stream: process.stderr,
      hideCursor: true,
    });
    bar.start(total, 0);
    return { advance: (by = 1) => bar.increment(by), stop: () => bar.stop() };
  }
}

/** JSON on one line a value, so that a stream of results can be read line by line. */
function toJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'bigint' ? String(item) : item,
  );
}

function toText(value: unknown): string {
  if (Array.isArray(value)) return value.map(toText).join('\n\n');
  if (value === null || typeof value !== 'object') return String(value);
  return Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([name, item]) => `${pc.dim(`${name}:`)} ${inline(item)}`)
    .join('\n');
}

function inline(value: unknown): string {
  return typeof value === 'object' && value !== null ? toJson(value) : String(value);
}

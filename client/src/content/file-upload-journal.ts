import { appendFile, mkdir, open, readFile, rm, truncate } from 'node:fs/promises';
import path from 'node:path';
import type { UploadJournal, UploadState } from '@salus/content';
import { ifFileExists } from '../home/missing-file.js';

/** A journal in a file: a line to begin, and a line a stripe. */
export class FileUploadJournal implements UploadJournal {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  async read(): Promise<UploadState | undefined> {
    const text = (await ifFileExists(readFile(this.#file, 'utf8'))) ?? '';
    // A line without its end was cut off before its stripe was sent; the next one must not join it.
    const whole = text.lastIndexOf('\n') + 1;
    if (whole < text.length) await truncate(this.#file, Buffer.byteLength(text.slice(0, whole)));
    const [first = '', ...stripes] = text.split('\n').slice(0, -1);
    const [id, prefix] = first.split(' ');
    return id !== undefined && prefix !== undefined ? { id, prefix, stripes } : undefined;
  }

  async begin({ id, prefix }: Pick<UploadState, 'id' | 'prefix'>): Promise<void> {
    await mkdir(path.dirname(this.#file), { recursive: true, mode: 0o700 });
    await rm(this.#file, { force: true });
    await this.#append(`${id} ${prefix}\n`);
  }

  async note(stripe: string): Promise<void> {
    await this.#append(`${stripe}\n`);
  }

  async end(): Promise<void> {
    await rm(this.#file, { force: true });
  }

  async #append(line: string): Promise<void> {
    const handle = await open(this.#file, 'a', 0o600);
    try {
      await appendFile(handle, line);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}

import { readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomically } from '@salus/client/home';
import { SalusError, sha256Hex } from '@salus/protocol';

const HASH = /^[0-9a-f]{64}$/;

/** Content by its SHA-256 in a folder. */
export class BlobFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Keeps content. Writing the same again changes nothing.
   *
   * @throws SalusError `ERR_HASH_MISMATCH`
   */
  async put(hash: string, bytes: Uint8Array): Promise<void> {
    requireHash(hash, bytes);
    if ((await this.size(hash)) === undefined) await writeAtomically(this.#fileOf(hash), bytes);
  }

  /** In bytes; undefined where the content is not there. */
  async size(hash: string): Promise<number | undefined> {
    return (await stat(this.#fileOf(hash)).catch(() => undefined))?.size;
  }

  async remove(hash: string): Promise<void> {
    await rm(this.#fileOf(hash), { force: true });
  }

  /** @throws SalusError `ERR_NOT_FOUND`; `ERR_HASH_MISMATCH` when the disk changed it */
  async get(hash: string): Promise<Buffer> {
    const bytes = await readFile(this.#fileOf(hash)).catch((cause: unknown) => {
      throw new SalusError('ERR_NOT_FOUND', 'The store does not hold this content', { cause });
    });
    if (sha256Hex(bytes) !== hash) {
      throw new SalusError('ERR_HASH_MISMATCH', 'The stored content has changed', {
        expected: hash,
      });
    }
    return bytes;
  }

  #fileOf(hash: string): string {
    // Nothing but a hash becomes part of a path.
    if (!HASH.test(hash)) {
      throw new SalusError('ERR_INVALID_ARGUMENT', 'Content is named by its SHA-256', {
        argument: 'hash',
        expected: '64 lower-case hex digits',
      });
    }
    return path.join(this.#folder, hash.slice(0, 2), hash);
  }
}

/** @throws SalusError `ERR_HASH_MISMATCH` */
export function requireHash(hash: string, bytes: Uint8Array): void {
  const got = sha256Hex(bytes);
  if (got === hash) return;
  const message = 'The content does not have the hash it is named by';
  throw new SalusError('ERR_HASH_MISMATCH', message, { argument: 'hash', expected: hash, got });
}

import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SalusError, sha256Hex } from '@salus/protocol';
import { requireHash, type BlobFolder } from './blob-folder.js';

/**
 * Counts the contents of computations that each organisation has left, in bytes. Who left a content first
 * is kept beside it, so that the count survives a restart, and falls when the operator removes contents.
 */
export class ContentQuota {
  readonly #folder: string;
  readonly #blobs: BlobFolder;
  readonly #limit: number;
  readonly #owners = new Map<string, Promise<{ bytes: number }>>();

  constructor(folder: string, blobs: BlobFolder, limit: number) {
    this.#folder = folder;
    this.#blobs = blobs;
    this.#limit = limit;
  }

  /**
   * Keeps a content, on the account of its owner. What is there already counts once, for who came first.
   *
   * @throws SalusError `ERR_QUOTA_EXCEEDED`, `ERR_HASH_MISMATCH`
   */
  async put(owner: string, hash: string, bytes: Uint8Array): Promise<void> {
    const there = await this.#blobs.size(hash);
    requireHash(hash, bytes);
    if (there !== undefined) return;
    const account = await this.#account(owner);
    if (account.bytes + bytes.length > this.#limit) {
      throw new SalusError('ERR_QUOTA_EXCEEDED', `${owner} has left too much at this store`, {
        expected: `at most ${this.#limit} bytes of contents`,
        got: `${account.bytes} bytes, and ${bytes.length} more`,
      });
    }
    account.bytes += bytes.length;
    try {
      const folder = this.#folderOf(owner);
      await mkdir(folder, { recursive: true });
      await writeFile(path.join(folder, hash), '');
      await this.#blobs.put(hash, bytes);
    } catch (error) {
      account.bytes -= bytes.length;
      throw error;
    }
  }

  /** Measures anew, after contents were removed. */
  forget(): void {
    this.#owners.clear();
  }

  #account(owner: string): Promise<{ bytes: number }> {
    const known = this.#owners.get(owner);
    if (known) return known;
    const measuring = this.#measure(owner).then((bytes) => ({ bytes }));
    measuring.catch(() => this.#owners.delete(owner));
    this.#owners.set(owner, measuring);
    return measuring;
  }

  async #measure(owner: string): Promise<number> {
    let bytes = 0;
    for (const hash of await readdir(this.#folderOf(owner)).catch(() => [])) {
      bytes += (await this.#blobs.size(hash)) ?? 0;
    }
    return bytes;
  }

  /** Nothing but a hash becomes part of a path. */
  #folderOf(owner: string): string {
    return path.join(this.#folder, sha256Hex(owner).slice(0, 32));
  }
}

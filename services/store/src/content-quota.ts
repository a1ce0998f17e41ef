import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { SalusError, sha256Hex } from '@salus/protocol';
import { requireHash, type BlobFolder } from './blob-folder.js';
import type { CeremonyName, PassingContents } from './passing-contents.js';

/** What one organisation may leave. */
export interface ContentLimits {
  readonly bytes: number;
  /** Each is a file, however small. */
  readonly contents: number;
}

/** Bytes of a content, at the least, where an organisation uses up both limits at once. */
const SMALL_CONTENT = 64 * 1024;
const FEWEST_CONTENTS = 1024;

/** As many contents as have 64 KiB each: ciphertexts, proofs and partial openings have more. */
export function limitsOf(bytes: number): ContentLimits {
  return { bytes, contents: Math.max(FEWEST_CONTENTS, Math.ceil(bytes / SMALL_CONTENT)) };
}

interface Account {
  bytes: number;
  contents: number;
}

/**
 * Counts the contents of computations that each organisation has left, and their bytes. Who left a content first
 * is kept beside it, so that the count survives a restart, and falls when the operator removes contents.
 */
export class ContentQuota {
  readonly #folder: string;
  readonly #blobs: BlobFolder;
  readonly #limits: ContentLimits;
  readonly #passing: PassingContents;
  /** What is being done about a content: it is not removed while it is left again. */
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #owners = new Map<string, Promise<Account>>();

  constructor(folder: string, blobs: BlobFolder, limits: ContentLimits, passing: PassingContents) {
    this.#folder = folder;
    this.#blobs = blobs;
    this.#limits = limits;
    this.#passing = passing;
  }

  /**
   * Keeps a content, on the account of its owner. What is there already counts once, for who came first.
   *
   * @param ceremony - after which nobody needs it; a content that is left for anything else stays
   * @throws SalusError `ERR_QUOTA_EXCEEDED`, `ERR_HASH_MISMATCH`
   */
  async put(
    owner: string,
    hash: string,
    bytes: Uint8Array,
    ceremony?: CeremonyName,
  ): Promise<void> {
    requireHash(hash, bytes);
    await this.#inTurn(hash, async () => {
      const isThere = (await this.#blobs.size(hash)) !== undefined;
      const noted = await this.#passing.find(hash);
      // Left for something else too, it stays: who named another ceremony first does not have it removed.
      if (!isDeepStrictEqual(noted, ceremony)) await this.#passing.forget(hash);
      if (isThere) return;
      await this.#keep(owner, hash, bytes);
      if (ceremony !== undefined) await this.#passing.note(hash, ceremony);
    });
  }

  /** Removes the contents of ceremonies that are over. */
  async sweep(isOver: (ceremony: CeremonyName) => Promise<boolean>): Promise<void> {
    for (const hash of await this.#passing.hashes()) {
      await this.#inTurn(hash, async () => {
        const ceremony = await this.#passing.find(hash);
        if (ceremony === undefined || !(await isOver(ceremony))) return;
        await this.#blobs.remove(hash);
        for (const owner of await readdir(this.#folder).catch(() => [])) {
          await rm(path.join(this.#folder, owner, hash), { force: true });
        }
        await this.#passing.forget(hash);
      });
    }
    this.forget();
  }

  async #keep(owner: string, hash: string, bytes: Uint8Array): Promise<void> {
    const account = await this.#account(owner);
    this.#requireRoom(owner, account, bytes.length);
    account.bytes += bytes.length;
    account.contents += 1;
    try {
      const folder = this.#folderOf(owner);
      await mkdir(folder, { recursive: true });
      await writeFile(path.join(folder, hash), '');
      await this.#blobs.put(hash, bytes);
    } catch (error) {
      account.bytes -= bytes.length;
      account.contents -= 1;
      throw error;
    }
  }

  /** Measures anew, after contents were removed. */
  forget(): void {
    this.#owners.clear();
  }

  /** @throws SalusError `ERR_QUOTA_EXCEEDED` */
  #requireRoom(owner: string, account: Account, more: number): void {
    const { bytes, contents } = this.#limits;
    const isRoom = account.contents < contents;
    if (isRoom && account.bytes + more <= bytes) return;
    throw new SalusError('ERR_QUOTA_EXCEEDED', `${owner} has left too much at this store`, {
      expected: isRoom ? `at most ${bytes} bytes of contents` : `at most ${contents} contents`,
      got: isRoom
        ? `${account.bytes} bytes, and ${more} more`
        : `${account.contents}, and one more`,
    });
  }

  async #inTurn(hash: string, act: () => Promise<void>): Promise<void> {
    const own = (this.#turns.get(hash) ?? Promise.resolve()).then(act);
    const settled = own.catch(() => undefined);
    this.#turns.set(hash, settled);
    try {
      await own;
    } finally {
      if (this.#turns.get(hash) === settled) this.#turns.delete(hash);
    }
  }

  #account(owner: string): Promise<Account> {
    const known = this.#owners.get(owner);
    if (known) return known;
    const measuring = this.#measure(owner);
    measuring.catch(() => this.#owners.delete(owner));
    this.#owners.set(owner, measuring);
    return measuring;
  }

  async #measure(owner: string): Promise<Account> {
    const account = { bytes: 0, contents: 0 };
    for (const hash of await readdir(this.#folderOf(owner)).catch(() => [])) {
      const bytes = await this.#blobs.size(hash);
      if (bytes === undefined) continue;
      account.bytes += bytes;
      account.contents += 1;
    }
    return account;
  }

  /** Nothing but a hash becomes part of a path. */
  #folderOf(owner: string): string {
    return path.join(this.#folder, sha256Hex(owner).slice(0, 32));
  }
}

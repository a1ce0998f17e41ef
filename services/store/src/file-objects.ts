import type { Dirent } from 'node:fs';
import { readdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { ifFileExists, writeAtomically } from '@salus/client/home';
import { SalusError } from '@salus/protocol';
import type { ObjectStore, StoredObject } from './object-store.js';

const NAME = /^[0-9A-Za-z-]+(\/[0-9A-Za-z-]+)*$/;

/** Objects as files of a folder, readable by its owner only. */
export class FileObjects implements ObjectStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async put(name: string, bytes: Uint8Array): Promise<void> {
    await writeAtomically(this.#fileOf(name), bytes);
  }

  async get(name: string, signal?: AbortSignal): Promise<Buffer | undefined> {
    return ifFileExists(readFile(this.#fileOf(name), { signal }));
  }

  async *list(prefix: string): AsyncGenerator<StoredObject, void> {
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    yield* this.#walk(folder, prefix);
  }

  /** Removes the folders, too, that this leaves empty. */
  async remove(name: string): Promise<void> {
    const file = this.#fileOf(name);
    await rm(file, { force: true });
    for (let folder = path.dirname(file); folder !== this.#folder; folder = path.dirname(folder)) {
      const isGone = await rmdir(folder).then(
        () => true,
        () => false,
      );
      if (!isGone) return;
    }
  }

  async *#walk(folder: string, prefix: string): AsyncGenerator<StoredObject, void> {
    const entries = await ifFileExists<Dirent[]>(
      readdir(path.join(this.#folder, folder), { withFileTypes: true }),
    );
    for (const entry of entries ?? []) {
      const name = `${folder}${entry.name}`;
      if (entry.isDirectory()) {
        if (`${name}/`.startsWith(prefix) || prefix.startsWith(`${name}/`)) {
          yield* this.#walk(`${name}/`, prefix);
        }
      } else if (name.startsWith(prefix) && NAME.test(name)) {
        const found = await ifFileExists(stat(path.join(this.#folder, name)));
        if (found) yield { name, modifiedAt: found.mtimeMs, bytes: found.size };
      }
    }
  }

  #fileOf(name: string): string {
    if (!NAME.test(name)) {
      throw new SalusError('ERR_INVALID_ARGUMENT', 'An object can not have this name', {
        argument: 'name',
      });
    }
    return path.join(this.#folder, name);
  }
}

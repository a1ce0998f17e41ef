import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { ifFileExists, writeAtomically } from '@salus/client/home';
import { SalusError } from '@salus/protocol';

const IV_BYTES = 12;
const TAG_BYTES = 16;
const SUFFIX = '.sealed';

/**
 * JSON values by name, each a file of its own under AES-256-GCM. A write is on the disk when it returns,
 * and a crash leaves the old value or the new one. A file that is put in another's place doesn't open.
 */
export class SealedFolder {
  readonly #folder: string;
  readonly #key: Uint8Array;

  constructor(folder: string, key: Uint8Array) {
    this.#folder = folder;
    this.#key = key;
  }

  /** @param name - letters, digits and dashes */
  async put(name: string, value: unknown): Promise<void> {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv).setAAD(Buffer.from(name));
    const sealed = Buffer.concat([cipher.update(JSON.stringify(value)), cipher.final()]);
    await writeAtomically(this.#path(name), Buffer.concat([iv, cipher.getAuthTag(), sealed]));
  }

  /** @throws SalusError `ERR_DECRYPTION_FAILED` for a file that was changed or moved */
  async get(name: string): Promise<unknown> {
    const bytes = await ifFileExists(readFile(this.#path(name)));
    if (!bytes) return undefined;
    const [iv, rest] = [bytes.subarray(0, IV_BYTES), bytes.subarray(IV_BYTES)];
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#key, iv, { authTagLength: TAG_BYTES })
        .setAAD(Buffer.from(name))
        .setAuthTag(rest.subarray(0, TAG_BYTES));
      const plain = [decipher.update(rest.subarray(TAG_BYTES)), decipher.final()];
      return JSON.parse(Buffer.concat(plain).toString('utf8')) as unknown;
    } catch (cause) {
      throw new SalusError('ERR_DECRYPTION_FAILED', 'A file of the gateway was changed or moved', {
        cause,
      });
    }
  }

  async names(): Promise<readonly string[]> {
    const files = await readdir(this.#folder).catch(() => []);
    return files
      .filter((file) => file.endsWith(SUFFIX))
      .map((file) => file.slice(0, -SUFFIX.length))
      .sort();
  }

  async remove(name: string): Promise<void> {
    await rm(this.#path(name), { force: true });
  }

  /** Keeps a file that doesn't open under another name, where nobody reads it. */
  async setAside(name: string): Promise<void> {
    await rename(this.#path(name), `${this.#path(name)}.${Date.now()}.damaged`);
  }

  #path(name: string): string {
    if (!/^[A-Za-z0-9-]{1,128}$/.test(name)) throw new Error('Not a name of a sealed file');
    return path.join(this.#folder, `${name}${SUFFIX}`);
  }
}

/** A member's secrets at rest: files under one key, which a passphrase or a KMS/HSM keeps. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { requireFormat, requirePassphrase, writeAtomically } from '@salus/client/home';
import { keyFromPassphrase, type KeyProtection, type KeyWrapper } from '@salus/compute';
import { SalusError } from '@salus/protocol';

const IV_BYTES = 12;
const TAG_BYTES = 16;

const base64 = z.base64();
const FORMAT = 'salus vault v1';
const schema = z.strictObject({
  format: z.literal(FORMAT),
  protection: z.union([
    z.strictObject({ salt: base64, wrappedKey: base64 }),
    z.strictObject({ wrappedKey: base64 }),
  ]),
});
type VaultFile = z.infer<typeof schema>;

/**
 * The key of a member's secrets, opened once a process: a passphrase costs its time once, and a KMS
 * is asked once. Each secret is bound to its name, so that files can't be exchanged.
 */
export class Vault implements KeyWrapper {
  readonly #key: Buffer;

  private constructor(key: Buffer) {
    this.#key = key;
  }

  /**
   * Opens the vault of a file; makes it where there is none.
   *
   * @throws SalusError `ERR_PASSPHRASE_WRONG`, `ERR_STATE_UNREADABLE`, `ERR_INVALID_ARGUMENT` for a
   *   passphrase under 12 characters
   */
  static async open(file: string, protection: KeyProtection): Promise<Vault> {
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    });
    if (text !== undefined) return new Vault(await unlock(file, text, protection));
    const key = randomBytes(32);
    const content: VaultFile = {
      format: FORMAT,
      protection: await lock(key, protection),
    };
    await writeAtomically(file, Buffer.from(JSON.stringify(content)));
    return new Vault(key);
  }

  /** Encrypts a secret (AES-256-GCM). */
  seal(name: string, plain: Uint8Array): Buffer {
    return seal(this.#key, name, plain);
  }

  /** @throws SalusError `ERR_DECRYPTION_FAILED` */
  unseal(name: string, sealed: Uint8Array): Buffer {
    return unseal(this.#key, name, sealed);
  }

  /** For files that have a key of their own: those of compute's member keys. */
  wrap(dataKey: Uint8Array): Promise<Uint8Array> {
    return Promise.resolve(this.seal(WRAPPED, dataKey));
  }

  unwrap(wrapped: Uint8Array): Promise<Uint8Array> {
    return Promise.resolve(this.unseal(WRAPPED, wrapped));
  }
}

const VAULT = 'vault';
const WRAPPED = 'wrapped key';

async function lock(key: Buffer, protection: KeyProtection): Promise<VaultFile['protection']> {
  if (typeof protection !== 'string') {
    return { wrappedKey: Buffer.from(await protection.wrap(key)).toString('base64') };
  }
  requirePassphrase(protection);
  const salt = randomBytes(16);
  const wrappedKey = seal(await keyFromPassphrase(protection, salt), VAULT, key);
  return { salt: salt.toString('base64'), wrappedKey: wrappedKey.toString('base64') };
}

async function unlock(file: string, text: string, protection: KeyProtection): Promise<Buffer> {
  try {
    const content: unknown = JSON.parse(text);
    requireFormat(file, FORMAT, content);
    const { protection: stored } = schema.parse(content);
    const wrapped = Buffer.from(stored.wrappedKey, 'base64');
    if (typeof protection !== 'string') return Buffer.from(await protection.unwrap(wrapped));
    const salt = 'salt' in stored ? stored.salt : '';
    return unseal(await keyFromPassphrase(protection, Buffer.from(salt, 'base64')), VAULT, wrapped);
  } catch (cause) {
    if (cause instanceof SalusError && cause.code === 'ERR_STATE_UNREADABLE') throw cause;
    throw new SalusError('ERR_PASSPHRASE_WRONG', `What was given does not open ${file}`, { cause });
  }
}

function seal(key: Buffer, name: string, plain: Uint8Array): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(name));
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), ciphertext]);
}

function unseal(key: Buffer, name: string, sealed: Uint8Array): Buffer {
  const bytes = Buffer.from(sealed);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(name));
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
  } catch (cause) {
    throw new SalusError('ERR_DECRYPTION_FAILED', `The secret ${name} does not open`, { cause });
  }
}

/** A member's secrets at rest: files under one key, which a passphrase or a KMS/HSM keeps. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import {
  ifFileExists,
  parseKeptJson,
  requireFormat,
  requirePassphrase,
  writeAtomically,
  writeOnce,
} from '@salus/client/home';
import {
  FORMER_PASSPHRASE_COST,
  keyFromPassphrase,
  PASSPHRASE_COST,
  type KeyProtection,
  type KeyWrapper,
} from '@salus/compute';
import { SalusError } from '@salus/protocol';

const IV_BYTES = 12;
const TAG_BYTES = 16;

const KEY_BYTES = 32;

const base64 = z.base64();
const FORMAT = 'salus vault v2';
/** Encrypted before the key: whoever edits the format in the file can't make a vault a former one. */
const MARK = Buffer.from(`${FORMAT}\n`);
/** Of release 0.1.0: a lower cost of the passphrase, which it does not name, and no mark before the key. */
const FORMER_FORMAT = 'salus vault v1';
const schema = z.strictObject({
  format: z.enum([FORMAT, FORMER_FORMAT]),
  protection: z.union([
    z.strictObject({
      salt: base64,
      cost: z.literal(PASSPHRASE_COST).optional(),
      wrappedKey: base64,
    }),
    z.strictObject({ wrappedKey: base64 }),
  ]),
});
type VaultFile = z.infer<typeof schema>;

/**
 * The key of a member's secrets, opened once a process: a passphrase costs its time once, and a KMS
 * is asked once. Each secret is bound to its name, so that files can't be exchanged.
 */
export class Vault implements KeyWrapper {
  /** Whether release 0.1.0 wrote the vault's file, by what is encrypted in it. */
  readonly isFormer: boolean;
  readonly #key: Buffer;

  private constructor(key: Buffer, isFormer = false) {
    this.#key = key;
    this.isFormer = isFormer;
  }

  /**
   * Opens the vault of a file; makes it where there is none.
   *
   * @throws SalusError `ERR_PASSPHRASE_WRONG`, `ERR_STATE_UNREADABLE`, `ERR_INVALID_ARGUMENT` for a
   *   passphrase under 12 characters
   */
  static async open(file: string, protection: KeyProtection): Promise<Vault> {
    if ((await readText(file)) === undefined) {
      // Of two processes that make it at once, both go on with what one of them wrote.
      await writeOnce(file, await contentOf(randomBytes(KEY_BYTES), protection));
    }
    const text = (await readText(file)) ?? '';
    const { key, isFormer } = await unlock(file, text, protection);
    return new Vault(key, isFormer);
  }

  /**
   * Writes the vault's file, under another passphrase or another wrapper than before.
   *
   * @throws SalusError `ERR_INVALID_ARGUMENT` for a passphrase under 12 characters
   */
  async protect(file: string, protection: KeyProtection): Promise<void> {
    await writeAtomically(file, await contentOf(this.#key, protection));
  }

  /** A vault for one purpose, under a key of its own (HKDF-SHA256): neither opens what the other sealed. */
  derive(purpose: string): Vault {
    return new Vault(Buffer.from(hkdfSync('sha256', this.#key, '', purpose, this.#key.length)));
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

/** What protects the vault of a file; undefined where there is none. */
export async function protectedBy(file: string): Promise<'passphrase' | 'wrapper' | undefined> {
  const text = await readText(file);
  if (text === undefined) return undefined;
  const { protection } = parseKeptJson(file, schema, text);
  return 'salt' in protection ? 'passphrase' : 'wrapper';
}

function readText(file: string): Promise<string | undefined> {
  return ifFileExists(readFile(file, 'utf8'));
}

async function contentOf(key: Buffer, protection: KeyProtection): Promise<Buffer> {
  const content: VaultFile = { format: FORMAT, protection: await lock(key, protection) };
  return Buffer.from(JSON.stringify(content));
}

async function lock(key: Buffer, protection: KeyProtection): Promise<VaultFile['protection']> {
  const plain = Buffer.concat([MARK, key]);
  if (typeof protection !== 'string') {
    return { wrappedKey: Buffer.from(await protection.wrap(plain)).toString('base64') };
  }
  requirePassphrase(protection);
  const salt = randomBytes(16);
  const wrappedKey = seal(await keyFromPassphrase(protection, salt), VAULT, plain);
  return {
    salt: salt.toString('base64'),
    cost: PASSPHRASE_COST,
    wrappedKey: wrappedKey.toString('base64'),
  };
}

async function unlock(
  file: string,
  text: string,
  protection: KeyProtection,
): Promise<{ readonly key: Buffer; readonly isFormer: boolean }> {
  try {
    const content: unknown = JSON.parse(text);
    const isFormer = (content as { format?: unknown } | null)?.format === FORMER_FORMAT;
    if (!isFormer) requireFormat(file, FORMAT, content);
    const { protection: stored } = schema.parse(content);
    requireSameKind(file, stored, protection);
    const wrapped = Buffer.from(stored.wrappedKey, 'base64');
    if (typeof protection !== 'string') {
      return {
        key: keyIn(file, Buffer.from(await protection.unwrap(wrapped)), isFormer),
        isFormer,
      };
    }
    const { salt, cost = FORMER_PASSPHRASE_COST } = 'salt' in stored ? stored : { salt: '' };
    const locked = await keyFromPassphrase(protection, Buffer.from(salt, 'base64'), cost);
    return { key: keyIn(file, unseal(locked, VAULT, wrapped), isFormer), isFormer };
  } catch (cause) {
    if (cause instanceof SalusError && cause.code !== 'ERR_DECRYPTION_FAILED') throw cause;
    throw new SalusError('ERR_PASSPHRASE_WRONG', `What was given does not open ${file}`, { cause });
  }
}

/** The key in what was encrypted. @throws SalusError `ERR_STATE_UNREADABLE` */
function keyIn(file: string, plain: Buffer, isFormer: boolean): Buffer {
  const mark = isFormer ? Buffer.alloc(0) : MARK;
  const [begin, key] = [plain.subarray(0, mark.length), plain.subarray(mark.length)];
  if (begin.equals(mark) && key.length === KEY_BYTES) return key;
  throw new SalusError(
    'ERR_STATE_UNREADABLE',
    `${file} does not name the format it was written in`,
    {
      argument: file,
      expected: 'the format that is encrypted with the key',
      got: isFormer ? FORMER_FORMAT : FORMAT,
      remedy: 'Somebody edited the file, or a pre-release wrote it: restore it from a backup.',
    },
  );
}

function requireSameKind(
  file: string,
  stored: VaultFile['protection'],
  protection: KeyProtection,
): void {
  const kinds = ['salt' in stored, typeof protection === 'string'].map((isPassphrase) =>
    isPassphrase ? 'a passphrase' : 'a key in a token or service',
  );
  const [expected = '', got = ''] = kinds;
  if (expected === got) return;
  throw new SalusError('ERR_PASSPHRASE_WRONG', `Something else protects ${file}`, {
    argument: file,
    expected,
    got,
  });
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

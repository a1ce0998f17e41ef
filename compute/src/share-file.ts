import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { link, open, readFile, unlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import { ComputeError } from './errors.js';
import { isProfileName } from './profiles.js';
import type { SecretShare } from './types.js';

/** scrypt's cost: RFC 7914 with N = 2^15, r = 8, p = 1 takes 32 MiB and about 0.1 s. */
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };
const FORMAT = 'salus secret share v1';
const MINIMUM_PASSPHRASE = 12;

interface ShareFile {
  readonly format: typeof FORMAT;
  readonly profile: string;
  readonly keyId: string;
  readonly member: string;
  readonly salt: string;
  readonly iv: string;
  readonly tag: string;
  readonly ciphertext: string;
}

/**
 * Writes a secret share, encrypted under a passphrase (scrypt, AES-256-GCM), readable by its owner
 * only. An existing file is never overwritten: it may be the only copy of another share.
 * @throws ComputeError ERR_SHARE_INVALID
 */
export async function writeShare(
  path: string,
  share: SecretShare,
  passphrase: string,
): Promise<void> {
  if (passphrase.length < MINIMUM_PASSPHRASE) {
    throw new ComputeError('ERR_SHARE_INVALID', 'the passphrase is too short', {
      argument: 'passphrase',
      expected: `at least ${MINIMUM_PASSPHRASE} characters`,
    });
  }
  const salt = randomBytes(16);
  const iv = randomBytes(12);
  const { profile, keyId, member } = share;
  const key = await deriveKey(passphrase, salt);
  const plain = Buffer.concat([share.smudgingKey, share.secret]);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(additionalData(profile, keyId, member));
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()]);
  plain.fill(0);
  key.fill(0);
  const file: ShareFile = {
    format: FORMAT,
    profile,
    keyId,
    member,
    salt: salt.toString('base64'),
    iv: iv.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    ciphertext: ciphertext.toString('base64'),
  };
  await writeOnce(path, JSON.stringify(file));
}

/**
 * Reads what {@link writeShare} wrote.
 * @throws ComputeError ERR_SHARE_INVALID, ERR_PASSPHRASE_WRONG
 */
export async function readShare(path: string, passphrase: string): Promise<SecretShare> {
  const file = parse(path, await readText(path));
  const key = await deriveKey(passphrase, Buffer.from(file.salt, 'base64'));
  const plain = decrypt(path, file, key);
  key.fill(0);
  const share = {
    profile: file.profile,
    keyId: file.keyId,
    member: file.member,
    smudgingKey: Uint8Array.from(plain.subarray(0, 32)),
    secret: Uint8Array.from(plain.subarray(32)),
  };
  plain.fill(0);
  return share;
}

async function writeOnce(path: string, text: string): Promise<void> {
  const draft = `${path}.${String(process.pid)}.tmp`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(draft, path);
  } catch (cause) {
    throw new ComputeError('ERR_SHARE_INVALID', `cannot write the share file ${path}`, {
      expected: 'a path that does not exist yet',
      cause,
    });
  } finally {
    await unlink(draft);
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new ComputeError('ERR_SHARE_INVALID', `cannot read the share file ${path}`, { cause });
  }
}

function parse(path: string, text: string): ShareFile & Pick<SecretShare, 'profile'> {
  let file: Partial<ShareFile> | null = null;
  try {
    file = JSON.parse(text) as Partial<ShareFile> | null;
  } catch {
    // Told below, together with every other text that isn't a share file.
  }
  const fields = ['keyId', 'member', 'salt', 'iv', 'tag', 'ciphertext'] as const;
  if (
    file?.format !== FORMAT ||
    !isProfileName(file.profile) ||
    !fields.every((field) => typeof file[field] === 'string')
  ) {
    throw new ComputeError('ERR_SHARE_INVALID', `${path} is not a share file`, {
      expected: FORMAT,
    });
  }
  return file as ShareFile & Pick<SecretShare, 'profile'>;
}

function decrypt(path: string, file: ShareFile, key: Buffer): Buffer {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(file.iv, 'base64'), {
      authTagLength: 16,
    });
    decipher.setAAD(additionalData(file.profile, file.keyId, file.member));
    decipher.setAuthTag(Buffer.from(file.tag, 'base64'));
    return Buffer.concat([
      decipher.update(Buffer.from(file.ciphertext, 'base64')),
      decipher.final(),
    ]);
  } catch (cause) {
    throw new ComputeError(
      'ERR_PASSPHRASE_WRONG',
      `the passphrase does not open ${path}, or the file was changed`,
      { cause },
    );
  }
}

function additionalData(profile: string, keyId: string, member: string): Buffer {
  return Buffer.from(JSON.stringify([FORMAT, profile, keyId, member]));
}

async function deriveKey(passphrase: string, salt: Buffer): Promise<Buffer> {
  const derive = promisify<string, Buffer, number, typeof COST, Buffer>(scrypt);
  return await derive(passphrase.normalize('NFKC'), salt, 32, COST);
}

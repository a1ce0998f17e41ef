import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { ComputeError } from './errors.js';
import { isProfileName } from './profiles.js';
import { checkPassphrase, deriveKey, readText, writeOnce } from './secret-file.js';
import type { SecretShare } from './types.js';

const FORMAT = 'salus secret share v1';

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
  checkPassphrase(passphrase);
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

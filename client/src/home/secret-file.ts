/** Secrets at rest: JSON under AES-256-GCM with a key that scrypt derives from a passphrase. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { FORMER_PASSPHRASE_COST, keyFromPassphrase, PASSPHRASE_COST } from '@salus/compute';
import { SalusError } from '@salus/protocol';
import { writeAtomically } from './atomic-file.js';
import { requireFormat } from './kept.js';
import { requirePassphrase } from './passphrase.js';

const FORMAT = 'salus secrets v2';
/** Of release 0.1.0: a lower cost of the passphrase. */
const FORMER_FORMAT = 'salus secrets v1';

/**
 * Writes secrets to a file that only its owner can read; it is replaced as a whole.
 *
 * @throws SalusError `ERR_INVALID_ARGUMENT` for a passphrase under 12 characters
 */
export async function writeSecrets(
  file: string,
  secrets: unknown,
  passphrase: string,
): Promise<void> {
  requirePassphrase(passphrase);
  const [salt, iv] = [randomBytes(16), randomBytes(12)];
  const cipher = createCipheriv('aes-256-gcm', await keyFromPassphrase(passphrase, salt), iv);
  cipher.setAAD(Buffer.from(FORMAT));
  const ciphertext = Buffer.concat([cipher.update(JSON.stringify(secrets)), cipher.final()]);
  const tag = cipher.getAuthTag();
  const encoded = Object.entries({ salt, iv, tag, ciphertext }).map(([name, bytes]) => [
    name,
    bytes.toString('base64'),
  ]);
  await writeAtomically(
    file,
    Buffer.from(JSON.stringify({ format: FORMAT, ...Object.fromEntries(encoded) })),
  );
}

/**
 * Reads what {@link writeSecrets} wrote; the caller checks its shape.
 *
 * @throws SalusError `ERR_PASSPHRASE_WRONG`, `ERR_NOT_FOUND`, `ERR_STATE_UNREADABLE`
 */
export async function readSecrets(file: string, passphrase: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new SalusError('ERR_NOT_FOUND', `There are no secrets in ${file}`, { cause });
  }
  try {
    const parts = JSON.parse(text) as Record<string, string>;
    const isFormer = parts['format'] === FORMER_FORMAT;
    if (!isFormer) requireFormat(file, FORMAT, parts);
    const bytes = (name: string) => Buffer.from(parts[name] ?? '', 'base64');
    const decipher = createDecipheriv(
      'aes-256-gcm',
      await keyFromPassphrase(
        passphrase,
        bytes('salt'),
        isFormer ? FORMER_PASSPHRASE_COST : PASSPHRASE_COST,
      ),
      bytes('iv'),
      { authTagLength: 16 },
    );
    decipher.setAAD(Buffer.from(isFormer ? FORMER_FORMAT : FORMAT));
    decipher.setAuthTag(bytes('tag'));
    const plain = Buffer.concat([decipher.update(bytes('ciphertext')), decipher.final()]);
    return JSON.parse(plain.toString('utf8')) as unknown;
  } catch (cause) {
    if (cause instanceof SalusError) throw cause;
    throw new SalusError(
      'ERR_PASSPHRASE_WRONG',
      `The passphrase does not open ${file}, or the file was changed`,
      { cause },
    );
  }
}

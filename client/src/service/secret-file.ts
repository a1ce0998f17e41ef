/** Secrets at rest: JSON under AES-256-GCM with a key that scrypt derives from a passphrase. */
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { SalusError } from '@salus/chaincode-common';
import { writeAtomically } from '../atomic-file.js';

/** scrypt's cost (RFC 7914): 32 MiB, about 0.1 s. */
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };
const FORMAT = 'salus secrets v1';
const MINIMUM_PASSPHRASE = 12;

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
  if (passphrase.length < MINIMUM_PASSPHRASE) {
    throw new SalusError('ERR_INVALID_ARGUMENT', 'The passphrase is too short', {
      argument: 'SALUS_PASSPHRASE',
      expected: `at least ${MINIMUM_PASSPHRASE} characters`,
    });
  }
  const [salt, iv] = [randomBytes(16), randomBytes(12)];
  const cipher = createCipheriv('aes-256-gcm', deriveKey(passphrase, salt), iv);
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
 * @throws SalusError `ERR_PASSPHRASE_WRONG`, `ERR_NOT_FOUND`
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
    const bytes = (name: string) => Buffer.from(parts[name] ?? '', 'base64');
    const decipher = createDecipheriv(
      'aes-256-gcm',
      deriveKey(passphrase, bytes('salt')),
      bytes('iv'),
      { authTagLength: 16 },
    );
    decipher.setAAD(Buffer.from(FORMAT));
    decipher.setAuthTag(bytes('tag'));
    const plain = Buffer.concat([decipher.update(bytes('ciphertext')), decipher.final()]);
    return JSON.parse(plain.toString('utf8')) as unknown;
  } catch (cause) {
    throw new SalusError(
      'ERR_PASSPHRASE_WRONG',
      `The passphrase does not open ${file}, or the file was changed`,
      { cause },
    );
  }
}

function deriveKey(passphrase: string, salt: Buffer): Buffer {
  return scryptSync(passphrase.normalize('NFKC'), salt, 32, COST);
}

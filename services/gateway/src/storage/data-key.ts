import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { parseKept, readSecrets, writeSecrets } from '@salus/client/home';

const secrets = z.strictObject({ dataKey: z.string().regex(/^[A-Za-z0-9_-]{43}$/) });

/**
 * The key of everything that the gateway keeps, itself kept under a passphrase; made when there is none.
 *
 * @throws SalusError `ERR_PASSPHRASE_WRONG`, `ERR_INVALID_ARGUMENT` for a passphrase that is too short
 */
export async function openDataKey(home: string, passphrase: string): Promise<Buffer> {
  const file = path.join(home, 'gateway.key');
  try {
    const { dataKey } = parseKept(file, secrets, await readSecrets(file, passphrase));
    return Buffer.from(dataKey, 'base64url');
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_NOT_FOUND') throw error;
  }
  const key = randomBytes(32);
  await writeSecrets(file, { dataKey: key.toString('base64url') }, passphrase);
  return key;
}

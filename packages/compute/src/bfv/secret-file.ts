import { scrypt, type ScryptOptions } from 'node:crypto';
import { link, open, readFile, unlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import { ComputeError } from './errors.js';

/**
 * scrypt's cost as files name it: the logarithm of N, with r = 8 and p = 1 (RFC 7914). New files take 17,
 * which is 128 MiB and about 0.4 s. Those of release 0.1.0 took 15.
 */
export type PassphraseCost = 15 | 17;
export const PASSPHRASE_COST = 17;
export const FORMER_PASSPHRASE_COST = 15;
/** Characters. */
export const MINIMUM_PASSPHRASE = 12;

/** @throws ComputeError ERR_SHARE_INVALID */
export function checkPassphrase(passphrase: string): void {
  if (passphrase.length < MINIMUM_PASSPHRASE) {
    throw new ComputeError('ERR_SHARE_INVALID', 'the passphrase is too short', {
      argument: 'passphrase',
      expected: `at least ${MINIMUM_PASSPHRASE} characters`,
    });
  }
}

/** An AES-256 key from a passphrase, however its characters are composed (NFKC). */
export async function keyFromPassphrase(
  passphrase: string,
  salt: Uint8Array,
  cost: PassphraseCost = PASSPHRASE_COST,
): Promise<Buffer> {
  const derive = promisify<string, Uint8Array, number, ScryptOptions, Buffer>(scrypt);
  const options = { N: 2 ** cost, r: 8, p: 1, maxmem: 2 ** (cost + 11) };
  return await derive(passphrase.normalize('NFKC'), salt, 32, options);
}

/**
 * Writes a file that only its owner reads, whole or not at all, and never over another.
 * @throws ComputeError ERR_SHARE_INVALID
 */
export async function writeOnce(path: string, text: string): Promise<void> {
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

/** @throws ComputeError ERR_SHARE_INVALID */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new ComputeError('ERR_SHARE_INVALID', `cannot read the share file ${path}`, { cause });
  }
}

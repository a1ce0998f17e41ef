import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeOnce } from './atomic-file.js';

const KEY_BYTES = 32;

/** A key of 32 bytes in a file of a home, made when there is none. */
export async function keptKey(home: string, name: string): Promise<Buffer> {
  const file = path.join(home, name);
  // Of several that begin at once, all go on with the key of the first.
  await writeOnce(file, randomBytes(KEY_BYTES));
  return readFile(file);
}

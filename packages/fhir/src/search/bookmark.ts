import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { invalidArgument } from '@salus/protocol';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Where the next page begins, sealed with AES-256-GCM: times of care are the patient's, and links end
 * up in logs. It opens only for the query it was made for.
 *
 * @param key - 32 random bytes of the server; bookmarks of another key are refused
 */
export function sealBookmark(key: Uint8Array, query: string, place: readonly string[]): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(query));
  const sealed = Buffer.concat([cipher.update(JSON.stringify(place), 'utf8'), cipher.final()]);
  return Buffer.concat([iv, sealed, cipher.getAuthTag()]).toString('base64url');
}

/** @throws SalusError `ERR_INVALID_ARGUMENT` for a bookmark of another query, or of nobody */
export function openBookmark(key: Uint8Array, query: string, bookmark: string): readonly string[] {
  const bytes = Buffer.from(bookmark, 'base64url');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES))
      .setAAD(Buffer.from(query))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    const sealed = bytes.subarray(IV_BYTES, -TAG_BYTES);
    const text = Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8');
    return JSON.parse(text) as string[];
  } catch {
    throw invalidArgument('_page', 'the bookmark of a page of this query', 'another one');
  }
}

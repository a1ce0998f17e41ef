import { createHmac } from 'node:crypto';
import { keptKey } from '../home/kept-key.js';

/**
 * The secret that the hospital's record IDs derive from, made when there is none. The same resource gets
 * the same ID whenever it is imported, and nobody else can guess it.
 */
export function recordIdSecret(home: string): Promise<Buffer> {
  return keptKey(home, 'record-ids.key');
}

/**
 * HMAC-SHA-256 over patient, resource and the hash of its text: another version is another record. A content that
 * comes back after another one is a version of its own: it says which one it amends.
 */
export function recordIdOf(
  secret: Uint8Array,
  record: {
    readonly pseudonym: string;
    readonly name: string;
    readonly textHash: string;
    readonly amends?: string;
  },
): string {
  const { pseudonym, name, textHash, amends } = record;
  return createHmac('sha256', secret)
    .update(JSON.stringify([pseudonym, name, textHash, ...(amends === undefined ? [] : [amends])]))
    .digest('hex');
}

/**
 * Stands for a record's name in its details. It is the same for every version of the record. It tells
 * nothing of the name, which often holds the hospital's own number of the patient.
 */
export function seriesNameOf(
  secret: Uint8Array,
  record: { readonly pseudonym: string; readonly name: string },
): string {
  return createHmac('sha256', secret)
    .update(JSON.stringify(['name', record.pseudonym, record.name]))
    .digest('base64url');
}

/** Fiat and Shamir's challenges: a hash of everything that a proof is about, under a domain of its own. */
import { sha512 } from '@noble/hashes/sha2.js';
import { scalars, type GroupPoint } from './group.js';

/** What goes into a challenge, in order. */
export type TranscriptPart = string | Uint8Array | GroupPoint;

/**
 * A scalar that depends on every part and on where each ends. 512 bits reduced by an order of 256: the
 * bias is below 2^-255.
 */
export function hashToScalar(domain: string, parts: readonly TranscriptPart[]): bigint {
  const hash = sha512.create();
  for (const part of [domain, ...parts]) {
    const bytes = bytesOf(part);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  }
  return scalars.create(BigInt(`0x${Buffer.from(hash.digest()).toString('hex')}`));
}

/**
 * A proof's nonce, derived from the secret and all that the challenge depends on, as RFC 8032 does for
 * signatures. So no two challenges ever meet one nonce, and a proof made again is the same.
 */
export function nonceOf(
  domain: string,
  secret: Uint8Array,
  parts: readonly TranscriptPart[],
): bigint {
  return hashToScalar(`${domain}/nonce`, [secret, ...parts]);
}

function bytesOf(part: TranscriptPart): Uint8Array {
  if (typeof part === 'string') return Buffer.from(part, 'utf8');
  return part instanceof Uint8Array ? part : part.toBytes(true);
}

/** The form of encrypted content, see content.ts. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { SalusError } from '@salus/protocol';

export const PREFIX_BYTES = 7;
export const TAG_BYTES = 16;
/** Length of a content key in bytes. */
export const CONTENT_KEY_BYTES = 32;
export const DEFAULT_CHUNK_LOG2 = 16;

const MAGIC = Buffer.from('SLC2', 'ascii');
const COMMITMENT_BYTES = 32;
const PREFIX_AT = MAGIC.length + 1;
const COMMITMENT_AT = PREFIX_AT + PREFIX_BYTES;
export const HEADER_BYTES = COMMITMENT_AT + COMMITMENT_BYTES;
const MIN_CHUNK_LOG2 = 6;
const MAX_CHUNK_LOG2 = 24;
/** The counter of a nonce has 32 bits. */
const MAX_CHUNKS = 2 ** 32;

/** Length of the ciphertext of so many bytes. */
export function ciphertextLength(plaintext: number, chunkLog2 = DEFAULT_CHUNK_LOG2): number {
  return HEADER_BYTES + plaintext + TAG_BYTES * Math.max(1, Math.ceil(plaintext / 2 ** chunkLog2));
}

/** What comes of a content key. */
export interface ContentKeys {
  /** Encrypts the chunks. */
  readonly encryption: Buffer;
  /** Stands in the header: no other key has the same. */
  readonly commitment: Buffer;
}

/**
 * Derives the key of the chunks and the commitment to it. The construction is that of Albertini, Duong,
 * Gueron, Kölbl, Luykx and Schmieg, "How to Abuse and Fix Authenticated Encryption Without Key Commitment"
 * (USENIX Security 2022). GCM alone does not bind its key. Who knows two keys can make one ciphertext that
 * each of them opens to something else. Two readers would then see two contents under one hash on the
 * ledger.
 *
 * @throws SalusError `ERR_KEY_INVALID`
 */
export function contentKeysOf(key: Uint8Array): ContentKeys {
  checkKey(key);
  const derive = (use: string) => createHmac('sha256', key).update(use).digest();
  return {
    encryption: derive('salus/content/encryption/v2'),
    commitment: derive('salus/content/commitment/v2'),
  };
}

/** @throws SalusError `ERR_INVALID_ARGUMENT` */
export function makeHeader(chunkLog2: number, prefix: Uint8Array, commitment: Uint8Array): Buffer {
  if (!isChunkLog2(chunkLog2)) {
    throw new SalusError('ERR_INVALID_ARGUMENT', 'The chunk size is out of range', {
      argument: 'chunkLog2',
      expected: `${MIN_CHUNK_LOG2} to ${MAX_CHUNK_LOG2}`,
      got: String(chunkLog2),
    });
  }
  if (prefix.length !== PREFIX_BYTES) {
    throw new SalusError('ERR_INVALID_ARGUMENT', 'The nonce prefix has the wrong length', {
      argument: 'prefix',
      expected: `${PREFIX_BYTES} bytes`,
      got: `${prefix.length} bytes`,
    });
  }
  return Buffer.concat([MAGIC, Buffer.from([chunkLog2]), prefix, commitment]);
}

/** @throws SalusError `ERR_CIPHERTEXT_INVALID`; `ERR_DECRYPTION_FAILED` where it commits to another key */
export function parseHeader(
  header: Buffer,
  commitment: Uint8Array,
): { prefix: Buffer; chunk: number } {
  if (header.length < HEADER_BYTES || !header.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw malformed('its header is missing');
  }
  const chunkLog2 = header[MAGIC.length] ?? 0;
  if (!isChunkLog2(chunkLog2)) throw malformed('its chunk size is out of range');
  if (!timingSafeEqual(header.subarray(COMMITMENT_AT, HEADER_BYTES), commitment)) {
    throw new SalusError('ERR_DECRYPTION_FAILED', 'The content was encrypted under another key');
  }
  return { prefix: header.subarray(PREFIX_AT, COMMITMENT_AT), chunk: 2 ** chunkLog2 };
}

/** 7 bytes of prefix, 4 of counter, 1 that marks the last chunk: 12, GCM's own nonce length. */
export function nonce(prefix: Uint8Array, index: number, last: boolean): Buffer {
  if (index >= MAX_CHUNKS) {
    throw new SalusError('ERR_TOO_LARGE', 'The content has more chunks than can be numbered', {
      expected: `at most ${MAX_CHUNKS} chunks`,
    });
  }
  const bytes = Buffer.alloc(12);
  bytes.set(prefix);
  bytes.writeUInt32BE(index, PREFIX_BYTES);
  bytes[11] = last ? 1 : 0;
  return bytes;
}

export function additionalData(header: Buffer, context: string): Buffer {
  return Buffer.concat([header, Buffer.from(context, 'utf8')]);
}

/** @throws SalusError `ERR_KEY_INVALID` */
function checkKey(key: Uint8Array): void {
  if (key.length === CONTENT_KEY_BYTES) return;
  throw new SalusError('ERR_KEY_INVALID', 'The content key has the wrong length', {
    argument: 'key',
    expected: `${CONTENT_KEY_BYTES} bytes`,
    got: `${key.length} bytes`,
  });
}

export function malformed(what: string): SalusError {
  return new SalusError('ERR_CIPHERTEXT_INVALID', `The bytes are not encrypted content: ${what}`, {
    argument: 'ciphertext',
  });
}

function isChunkLog2(value: number): boolean {
  return Number.isInteger(value) && value >= MIN_CHUNK_LOG2 && value <= MAX_CHUNK_LOG2;
}

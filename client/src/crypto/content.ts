/**
 * Authenticated encryption of content in chunks: the STREAM construction (Hoang, Reyhanitabar,
 * Rogaway, Vizár: "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", CRYPTO
 * 2015) over AES-256-GCM. Each chunk's nonce holds its number and whether it is the last, so that
 * chunks can't be swapped, dropped, repeated or cut off.
 *
 * Layout: header (magic, version, log2 of the chunk size, nonce prefix), then chunks, each followed by
 * its tag. The header is additional data of every chunk, and so is the caller's context.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { SalusError } from '@salus/chaincode-common';

const MAGIC = Buffer.from('SLC1', 'ascii');
const PREFIX_BYTES = 7;
const HEADER_BYTES = MAGIC.length + 1 + PREFIX_BYTES;
const TAG_BYTES = 16;
const MIN_CHUNK_LOG2 = 6;
const MAX_CHUNK_LOG2 = 24;
const DEFAULT_CHUNK_LOG2 = 16;

/** Length of a content key in bytes. */
export const CONTENT_KEY_BYTES = 32;

/** A fresh content key. One key encrypts one content. */
export function generateContentKey(): Buffer {
  return randomBytes(CONTENT_KEY_BYTES);
}

/**
 * Encrypts content under a key that is used for nothing else.
 *
 * @param context - public data that the content belongs to; decryption needs the same
 * @param chunkLog2 - log2 of the chunk size in bytes, 6 to 24
 * @throws SalusError `ERR_KEY_INVALID`, `ERR_INVALID_ARGUMENT`
 * @example
 * const key = generateContentKey();
 * const ciphertext = encryptContent(key, Buffer.from(json), recordId);
 */
export function encryptContent(
  key: Uint8Array,
  plaintext: Uint8Array,
  context = '',
  chunkLog2 = DEFAULT_CHUNK_LOG2,
): Buffer {
  return encryptWithPrefix(key, plaintext, {
    context,
    chunkLog2,
    prefix: randomBytes(PREFIX_BYTES),
  });
}

/** {@link encryptContent} with a given nonce prefix: for test vectors only. */
export function encryptWithPrefix(
  key: Uint8Array,
  plaintext: Uint8Array,
  options: { readonly context: string; readonly chunkLog2: number; readonly prefix: Uint8Array },
): Buffer {
  checkKey(key);
  const { context, chunkLog2, prefix } = options;
  if (!isChunkLog2(chunkLog2)) {
    throw new SalusError('ERR_INVALID_ARGUMENT', 'The chunk size is out of range', {
      argument: 'chunkLog2',
      expected: `${MIN_CHUNK_LOG2} to ${MAX_CHUNK_LOG2}`,
      got: String(chunkLog2),
    });
  }
  const header = Buffer.concat([MAGIC, Buffer.from([chunkLog2]), prefix]);
  const aad = additionalData(header, context);
  const chunk = 2 ** chunkLog2;
  const parts: Buffer[] = [header];
  const count = chunkCount(plaintext.length, chunk);
  for (let index = 0; index < count; index += 1) {
    const cipher = createCipheriv('aes-256-gcm', key, nonce(prefix, index, index === count - 1));
    cipher.setAAD(aad);
    const piece = plaintext.subarray(index * chunk, (index + 1) * chunk);
    parts.push(cipher.update(piece), cipher.final(), cipher.getAuthTag());
  }
  return Buffer.concat(parts);
}

/**
 * Decrypts content. Nothing is returned unless all of it was verified.
 *
 * @throws SalusError `ERR_KEY_INVALID`; `ERR_CIPHERTEXT_INVALID` when the bytes are no encrypted
 *   content; `ERR_DECRYPTION_FAILED` when they were changed, or belong to another key or context
 */
export function decryptContent(key: Uint8Array, ciphertext: Uint8Array, context = ''): Buffer {
  return Buffer.concat([...decryptChunks(key, ciphertext, context)]);
}

/**
 * Decrypts chunk by chunk; each was verified before it is handed out, and the last one proves that
 * none is missing. A consumer that acts on early chunks must undo that when a later one throws.
 *
 * @throws SalusError as {@link decryptContent}
 */
export function* decryptChunks(
  key: Uint8Array,
  ciphertext: Uint8Array,
  context = '',
): Generator<Buffer, void> {
  checkKey(key);
  const { header, prefix, chunk } = parseHeader(ciphertext);
  const aad = additionalData(header, context);
  const body = ciphertext.subarray(HEADER_BYTES);
  const sealed = chunk + TAG_BYTES;
  const count = chunkCount(body.length, sealed);
  for (let index = 0; index < count; index += 1) {
    const piece = body.subarray(index * sealed, (index + 1) * sealed);
    if (piece.length < TAG_BYTES) throw malformed('it is cut off');
    const decipher = createDecipheriv(
      'aes-256-gcm',
      key,
      nonce(prefix, index, index === count - 1),
      {
        authTagLength: TAG_BYTES,
      },
    );
    decipher.setAAD(aad);
    decipher.setAuthTag(piece.subarray(piece.length - TAG_BYTES));
    const opened = decipher.update(piece.subarray(0, piece.length - TAG_BYTES));
    try {
      decipher.final();
    } catch (cause) {
      opened.fill(0);
      throw new SalusError(
        'ERR_DECRYPTION_FAILED',
        `Chunk ${index} of the content was changed, or belongs to another key or context`,
        { cause },
      );
    }
    yield opened;
  }
}

/** Empty content still has one chunk: its tag proves the emptiness. */
function chunkCount(length: number, chunk: number): number {
  return Math.max(1, Math.ceil(length / chunk));
}

/** 7 bytes of prefix, 4 of counter, 1 that marks the last chunk: 12, GCM's own nonce length. */
function nonce(prefix: Uint8Array, index: number, last: boolean): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.set(prefix);
  bytes.writeUInt32BE(index, PREFIX_BYTES);
  bytes[11] = last ? 1 : 0;
  return bytes;
}

function additionalData(header: Buffer, context: string): Buffer {
  return Buffer.concat([header, Buffer.from(context, 'utf8')]);
}

function parseHeader(ciphertext: Uint8Array) {
  const header = Buffer.from(ciphertext.subarray(0, HEADER_BYTES));
  if (header.length < HEADER_BYTES || !header.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw malformed('its header is missing');
  }
  const chunkLog2 = header[MAGIC.length] ?? 0;
  if (!isChunkLog2(chunkLog2)) throw malformed('its chunk size is out of range');
  return { header, prefix: header.subarray(MAGIC.length + 1), chunk: 2 ** chunkLog2 };
}

function isChunkLog2(value: number): boolean {
  return Number.isInteger(value) && value >= MIN_CHUNK_LOG2 && value <= MAX_CHUNK_LOG2;
}

function checkKey(key: Uint8Array): void {
  if (key.length === CONTENT_KEY_BYTES) return;
  throw new SalusError('ERR_KEY_INVALID', 'The content key has the wrong length', {
    argument: 'key',
    expected: `${CONTENT_KEY_BYTES} bytes`,
    got: `${key.length} bytes`,
  });
}

function malformed(what: string): SalusError {
  return new SalusError('ERR_CIPHERTEXT_INVALID', `The bytes are not encrypted content: ${what}`, {
    argument: 'ciphertext',
  });
}

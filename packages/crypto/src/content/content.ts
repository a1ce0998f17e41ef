/**
 * Authenticated encryption of content in chunks: the STREAM construction (Hoang, Reyhanitabar,
 * Rogaway, Vizár: "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", CRYPTO
 * 2015) over AES-256-GCM. Each chunk's nonce holds its number and whether it is the last, so that
 * chunks can't be swapped, dropped, repeated or cut off.
 *
 * Layout: header (magic, version, log2 of the chunk size, nonce prefix, commitment to the key), then
 * chunks, each followed by its tag. The header is additional data of every chunk, and so is the caller's
 * context. The commitment makes a ciphertext that of one key.
 */
import { randomBytes } from 'node:crypto';
import { ContentDecryptor } from './content-decryptor.js';
import { ContentEncryptor, type EncryptionOptions } from './content-encryptor.js';
import { CONTENT_KEY_BYTES } from './content-format.js';

/** Bytes that come as they come: of any length, in order. */
export type ByteSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

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
  chunkLog2?: number,
): Buffer {
  return encryptWithPrefix(key, plaintext, {
    context,
    ...(chunkLog2 !== undefined && { chunkLog2 }),
  });
}

/** `encryptContent` with a given nonce prefix: for test vectors only. */
export function encryptWithPrefix(
  key: Uint8Array,
  plaintext: Uint8Array,
  options: EncryptionOptions,
): Buffer {
  const encryptor = new ContentEncryptor(key, options);
  return Buffer.concat([...encryptor.update(plaintext), ...encryptor.final()]);
}

/**
 * Encrypts content as it comes, in the memory of a chunk. What comes out is the same as
 * `encryptContent` makes of the whole, whatever the lengths of the pieces.
 *
 * @throws SalusError as `encryptContent`, and what the source throws
 * @example
 * for await (const piece of encryptStream(key, createReadStream(file), { context: recordId })) …
 */
export async function* encryptStream(
  key: Uint8Array,
  source: ByteSource,
  options: EncryptionOptions = {},
): AsyncGenerator<Buffer, void> {
  const encryptor = new ContentEncryptor(key, options);
  for await (const piece of source) yield* encryptor.update(piece);
  yield* encryptor.final();
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
  const decryptor = new ContentDecryptor(key, context);
  yield* decryptor.update(ciphertext);
  yield decryptor.final();
}

/**
 * As {@link decryptChunks}, of ciphertext as it comes, in the memory of a chunk.
 *
 * @throws SalusError as {@link decryptContent}, and what the source throws
 */
export async function* decryptStream(
  key: Uint8Array,
  source: ByteSource,
  context = '',
): AsyncGenerator<Buffer, void> {
  const decryptor = new ContentDecryptor(key, context);
  for await (const piece of source) yield* decryptor.update(piece);
  yield decryptor.final();
}

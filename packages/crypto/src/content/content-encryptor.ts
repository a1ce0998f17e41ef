import { createCipheriv, randomBytes } from 'node:crypto';
import {
  additionalData,
  contentKeysOf,
  DEFAULT_CHUNK_LOG2,
  makeHeader,
  nonce,
  PREFIX_BYTES,
} from './content-format.js';
import { PieceCutter } from './piece-cutter.js';

export interface EncryptionOptions {
  /** Public data that the content belongs to; decryption needs the same. */
  readonly context?: string;
  /** Log2 of the chunk size in bytes, 6 to 24; 16 unless told otherwise. */
  readonly chunkLog2?: number;
  /**
   * The nonces' prefix, 7 bytes, random unless told otherwise. The same prefix under the same key must
   * never meet other content: give it only to encrypt the very same content again.
   */
  readonly prefix?: Uint8Array;
}

/** Encrypts content that comes in pieces, see content.ts. */
export class ContentEncryptor {
  readonly #key: Buffer;
  readonly #prefix: Uint8Array;
  readonly #chunk: number;
  readonly #aad: Buffer;
  readonly #pieces = new PieceCutter();
  #header: Buffer | undefined;
  #count = 0;

  /** @throws SalusError `ERR_KEY_INVALID`, `ERR_INVALID_ARGUMENT` */
  constructor(key: Uint8Array, options: EncryptionOptions = {}) {
    const { encryption, commitment } = contentKeysOf(key);
    const { context = '', chunkLog2 = DEFAULT_CHUNK_LOG2 } = options;
    this.#key = encryption;
    this.#prefix = options.prefix ?? randomBytes(PREFIX_BYTES);
    this.#header = makeHeader(chunkLog2, this.#prefix, commitment);
    this.#chunk = 2 ** chunkLog2;
    this.#aad = additionalData(this.#header, context);
  }

  /** Takes a piece; gives out what is complete. */
  *update(plaintext: Uint8Array): Generator<Buffer, void> {
    this.#pieces.add(plaintext);
    yield* this.#takeHeader();
    // A full chunk waits until something follows it: only then is it not the last.
    while (this.#pieces.size > this.#chunk) yield* this.#seal(false);
  }

  /** Gives out the last chunk: empty content has one, too, whose tag proves the emptiness. */
  *final(): Generator<Buffer, void> {
    yield* this.#takeHeader();
    yield* this.#seal(true);
  }

  *#takeHeader(): Generator<Buffer, void> {
    if (this.#header) yield this.#header;
    this.#header = undefined;
  }

  *#seal(last: boolean): Generator<Buffer, void> {
    const iv = nonce(this.#prefix, this.#count, last);
    this.#count += 1;
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv);
    cipher.setAAD(this.#aad);
    yield cipher.update(this.#pieces.take(this.#chunk));
    cipher.final();
    yield cipher.getAuthTag();
  }
}

import { createDecipheriv } from 'node:crypto';
import { SalusError } from '@salus/protocol';
import {
  additionalData,
  contentKeysOf,
  HEADER_BYTES,
  malformed,
  nonce,
  parseHeader,
  TAG_BYTES,
  type ContentKeys,
} from './content-format.js';
import { PieceCutter } from './piece-cutter.js';

interface Header {
  readonly prefix: Buffer;
  /** Length of a full chunk with its tag. */
  readonly sealed: number;
  readonly aad: Buffer;
}

/** Decrypts content that comes in pieces, see content.ts. Each chunk is verified before it comes out. */
export class ContentDecryptor {
  readonly #keys: ContentKeys;
  readonly #context: string;
  readonly #pieces = new PieceCutter();
  #header: Header | undefined;
  #count = 0;

  /** @throws SalusError `ERR_KEY_INVALID` */
  constructor(key: Uint8Array, context = '') {
    this.#keys = contentKeysOf(key);
    this.#context = context;
  }

  /**
   * Takes a piece; gives out what is complete.
   *
   * @throws SalusError `ERR_CIPHERTEXT_INVALID`, `ERR_DECRYPTION_FAILED`
   */
  *update(ciphertext: Uint8Array): Generator<Buffer, void> {
    this.#pieces.add(ciphertext);
    if (this.#pieces.size < HEADER_BYTES && !this.#header) return;
    const header = this.#takeHeader();
    while (this.#pieces.size > header.sealed) yield this.#open(header, false);
  }

  /**
   * The last chunk, which proves that none is missing.
   *
   * @throws SalusError `ERR_CIPHERTEXT_INVALID`, `ERR_DECRYPTION_FAILED`
   */
  final(): Buffer {
    return this.#open(this.#takeHeader(), true);
  }

  #takeHeader(): Header {
    if (this.#header) return this.#header;
    // A copy: the piece is the caller's, and this is needed to the end.
    const bytes = Buffer.from(this.#pieces.take(HEADER_BYTES));
    const { prefix, chunk } = parseHeader(bytes, this.#keys.commitment);
    const aad = additionalData(bytes, this.#context);
    this.#header = { prefix, sealed: chunk + TAG_BYTES, aad };
    return this.#header;
  }

  #open({ prefix, sealed, aad }: Header, last: boolean): Buffer {
    const piece = this.#pieces.take(sealed);
    if (piece.length < TAG_BYTES) throw malformed('it is cut off');
    const index = this.#count;
    this.#count += 1;
    const iv = nonce(prefix, index, last);
    const options = { authTagLength: TAG_BYTES };
    const decipher = createDecipheriv('aes-256-gcm', this.#keys.encryption, iv, options);
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
    return opened;
  }
}

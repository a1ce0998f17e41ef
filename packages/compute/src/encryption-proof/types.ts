import type { ValueRange } from '@salus/protocol/computation';
import type { BoundHashed, Hashed } from '../bfv/hashed.js';

/** What is encrypted and proven together. */
export interface ProvenEncryptionRequest {
  readonly publicKey: Uint8Array;
  /** From 1 to `MOST_CIPHERTEXTS` vectors, a ciphertext each. */
  readonly vectors: readonly {
    readonly values: readonly number[];
    readonly bound?: ValueRange;
  }[];
  /** SHA-256 of what the ciphertexts are for, hex. */
  readonly contextHash: string;
}

export interface ProvenCiphertexts {
  readonly ciphertexts: readonly BoundHashed[];
  readonly proof: Hashed;
}

/** Ciphertexts with the proof that was made with them. */
export interface ProvenCiphertextsRequest {
  readonly publicKey: Uint8Array;
  /** All that the proof covers, in their order. */
  readonly ciphertexts: readonly Uint8Array[];
  readonly proof: Uint8Array;
  /** SHA-256 of what the ciphertexts are for, hex. */
  readonly contextHash: string;
}

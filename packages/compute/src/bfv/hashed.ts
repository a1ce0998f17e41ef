import type { Bound } from '@salus/protocol/computation';

/** Bytes with the hash that stands for them on the ledger: lower-case hex SHA-256 of `bytes`. */
export interface Hashed {
  readonly bytes: Uint8Array;
  readonly hash: string;
}

/** A ciphertext, its hash, and what is known of it without opening it. */
export interface BoundHashed extends Hashed {
  readonly bound: Bound;
}

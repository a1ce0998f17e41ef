import type { HashedBytes } from '../computation/proven-values.js';

/** An encrypted figure, and its hash, which is on the ledger before it is shown. */
export interface EncryptedFigure extends HashedBytes {
  /** That it is well formed, and of who joined; see `proveValues`. */
  readonly proof: HashedBytes;
}

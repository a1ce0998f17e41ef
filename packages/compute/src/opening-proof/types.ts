import type { Hashed } from '../bfv/hashed.js';
import type { MemberKey, PartialOpening } from '../threshold/types.js';

/** What is public of the openings that a proof is about. */
export interface OpeningStatement {
  /** The result that is opened. */
  readonly ciphertext: Uint8Array;
  /** 32 bytes: the seed of the key's common polynomial. */
  readonly seed: Uint8Array;
  /** The epoch whose shares open. */
  readonly epoch: number;
  /** The contribution of each share: in the first epoch to the public key, later the one that its holders derive. */
  readonly contributions: readonly Uint8Array[];
  /** How many slots recipients get, from the first on. */
  readonly slots: number;
  /** SHA-256 of key, epoch and whatever else the proof is bound to, hex. */
  readonly contextHash: string;
}

/** What a member opens, with a proof. */
export interface ProvenOpeningRequest {
  readonly ciphertext: Uint8Array;
  readonly key: MemberKey;
  /** Of the key on the ledger; a key of another one is refused. */
  readonly epoch: number;
  readonly seed: Uint8Array;
  /** The contribution of each share that the member holds, in the shares' order. */
  readonly contributions: readonly Uint8Array[];
  /** How many slots recipients get, from the first on. All others come out as random numbers. */
  readonly slots: number;
  readonly contextHash: string;
}

export interface ProvenOpening {
  readonly partials: readonly PartialOpening[];
  /** Covers all of them. */
  readonly proof: Hashed;
}

/** Partial openings with the proof that was made with them. */
export interface ProvenPartialsRequest extends OpeningStatement {
  /** One for each contribution, in the same order. */
  readonly partials: readonly Uint8Array[];
  readonly proof: Uint8Array;
}

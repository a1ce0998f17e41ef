/** What every kind of store offers. */
import type { DecisionRef } from '@salus/protocol/ehr';

/** By what a store is to serve a part. */
export type PartPermission =
  | { readonly decision: DecisionRef }
  /** A store of the same record, which has lost its own part. */
  | { readonly repair: { readonly pseudonym: string; readonly recordId: string } };

export interface PartReadOptions {
  /** An embedded store is asked without. */
  readonly permission?: PartPermission;
  /** More is not read: the store is lying. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

/** Reads parts. Whatever comes is checked against the part's root by who reads. */
export interface PartReader {
  /**
   * Leaves of the part's Merkle tree, in hex: one for each block.
   *
   * @throws SalusError `ERR_NOT_FOUND`, or the store's refusal
   */
  leaves(root: string, options?: PartReadOptions): Promise<readonly string[]>;
  /** @throws SalusError `ERR_NOT_FOUND`, `ERR_HASH_MISMATCH`, or the store's refusal */
  block(root: string, index: number, options?: PartReadOptions): Promise<Buffer>;
}

/** A block that is there. */
export interface HeldBlock {
  readonly index: number;
  readonly leaf: string;
}

/** A part that is complete. */
export interface CompletePart {
  readonly root: string;
  /** In hex; their root is the part's. */
  readonly leaves: readonly string[];
}

/**
 * Takes parts, block by block in any order. A part's root is known only when its last block is. So it is
 * uploaded under an ID that the uploader makes up. Whoever was cut off goes on under the same ID.
 */
export interface PartWriter {
  /** Keeps a block for good before it returns. Putting it again changes nothing. */
  put(uploadId: string, index: number, block: Uint8Array, signal?: AbortSignal): Promise<void>;
  /** What is there of an upload: what is missing tells the uploader, who alone knows the blocks. */
  held(uploadId: string): Promise<readonly HeldBlock[]>;
  /**
   * Makes a part of an upload. Finishing again changes nothing.
   *
   * @throws SalusError `ERR_HASH_MISMATCH` where the leaves have another root, `ERR_CONFLICT` where
   *   blocks are missing
   */
  finish(uploadId: string, part: CompletePart): Promise<void>;
}

/** A store of parts: embedded, S3, or another organisation's over HTTP. */
export interface PartStore extends PartReader, PartWriter {}

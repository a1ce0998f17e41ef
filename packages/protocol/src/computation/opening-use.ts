import { hashOf } from '../base/hash.js';

/** What a member opens a result for. Its proof is bound to all of it, and holds for nothing else. */
export interface OpeningUse {
  readonly channel: string;
  /** Name under which the contract is deployed. */
  readonly chaincode: string;
  readonly keyId: string;
  readonly publicKeyHash: string;
  /** Of the key. */
  readonly epoch: number;
  readonly openingId: string;
  /** The member. */
  readonly mspId: string;
}

/** Names what is hashed: no other hash of the product begins so. */
const DOMAIN = 'salus opening use v1';

/**
 * SHA-256 of the canonical JSON of a use, in hex: the context of the proof (docs/compute-proofs.md).
 */
export function openingContextHashOf(use: OpeningUse): string {
  return hashOf({ domain: DOMAIN, ...use });
}

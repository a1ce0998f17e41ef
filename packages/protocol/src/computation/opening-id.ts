import { hashOf } from '../base/hash.js';

/** What an opening is of. */
export interface OpeningSubject {
  readonly keyId: string;
  /** Of the key's shares that open it. */
  readonly epoch: number;
  readonly resultHash: string;
}

/**
 * ID of the opening of a result. Nobody chooses it: members answer a result with the same partial openings
 * whoever asks, so every request for it leads to the same opening.
 */
export function openingIdOf({ keyId, epoch, resultHash }: OpeningSubject): string {
  return hashOf({ keyId, epoch, resultHash });
}

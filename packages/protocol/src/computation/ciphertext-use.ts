import { hashOf } from '../base/hash.js';
import type { CiphertextProof, Contributor, RegisteredCiphertext } from './api.js';
import type { ValueRange } from './programs.js';

/** What ciphertexts are for. Their proof is bound to all of it, and holds for nothing else. */
export interface CiphertextUse {
  readonly channel: string;
  /** Name under which the contract is deployed. */
  readonly chaincode: string;
  readonly keyId: string;
  readonly publicKeyHash: string;
  /** Of the key, when the proof was made. */
  readonly epoch: number;
  readonly purpose: string;
  /** The claim or study, where the purpose has them. */
  readonly subject?: string;
  readonly measure: string;
  readonly period: string;
  readonly range: ValueRange;
  /** Slots that the purpose uses, from the first on. */
  readonly slots: number;
  /** Whose certificate the ciphertexts come from. */
  readonly sender: Contributor;
}

/** What all ciphertexts of a claim or study have in common. */
export type SubjectTerms = Pick<
  CiphertextUse,
  'purpose' | 'measure' | 'period' | 'range' | 'slots'
> & { readonly subject: string };

/** Names what is hashed: no other hash of the product begins so. */
const DOMAIN = 'salus ciphertext use v1';

/**
 * SHA-256 of the canonical JSON of a use, in hex: the context of the proof (docs/compute-proofs.md).
 */
export function contextHashOf(use: CiphertextUse): string {
  return hashOf({ domain: DOMAIN, ...use });
}

/** Where a registered ciphertext is, beside what the ledger says of it. */
export interface CiphertextPlace {
  readonly channel: string;
  readonly chaincode: string;
  readonly publicKeyHash: string;
}

/** A registered ciphertext that came with a proof. */
export type ProvenCiphertext = RegisteredCiphertext & { readonly proof: CiphertextProof };

/** What a registered ciphertext was proven for. */
export function useOf(place: CiphertextPlace, registered: ProvenCiphertext): CiphertextUse {
  const { proof, keyId, purpose, subject, measure, period, bound, contributor } = registered;
  return {
    ...place,
    keyId,
    epoch: proof.epoch,
    purpose,
    ...(subject !== undefined && { subject }),
    measure,
    period,
    range: { least: bound.least, most: bound.most },
    slots: proof.slots,
    sender: contributor,
  };
}

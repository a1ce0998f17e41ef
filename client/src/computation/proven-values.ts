import { MOST_CIPHERTEXTS, type Engine } from '@salus/compute';
import { memberId } from '@salus/proofs';
import {
  contextHashOf,
  useOf,
  type CiphertextPlace,
  type CiphertextUse,
  type Contributor,
  type ProvenCiphertext,
  type ValueRange,
} from '@salus/protocol/computation';
import type { Identity } from '../identity/identity.js';

/** Bytes under their SHA-256. */
export interface HashedBytes {
  readonly bytes: Uint8Array;
  readonly hash: string;
}

/** Ciphertexts, with the proofs that were made with them. */
export interface ProvenValues {
  readonly ciphertexts: readonly HashedBytes[];
  /** One for each four ciphertexts, in their order. */
  readonly proofs: readonly HashedBytes[];
}

/** Vectors to encrypt, and what for. */
export interface ValuesToProve {
  readonly publicKey: Uint8Array;
  readonly use: CiphertextUse;
  readonly vectors: readonly (readonly number[])[];
  /** Range that the values are checked against; the profile's where it isn't given. */
  readonly bound?: ValueRange;
}

/** Who signs with an identity, as contracts name it. */
export function contributorOf({
  mspId,
  certificate,
}: Pick<Identity, 'mspId' | 'certificate'>): Contributor {
  return { mspId, id: memberId(certificate) };
}

/**
 * Encrypts vectors, and proves that each ciphertext is well formed and comes from this sender, for this use
 * and no other (docs/compute-proofs.md).
 *
 * @throws ComputeError `ERR_VALUE_OUT_OF_RANGE`; `ERR_PROFILE_UNKNOWN` under a profile without proofs
 */
export async function proveValues(
  engine: Pick<Engine, 'encryptProven'>,
  { publicKey, use, vectors, bound }: ValuesToProve,
): Promise<ProvenValues> {
  const contextHash = contextHashOf(use);
  const ciphertexts: HashedBytes[] = [];
  const proofs: HashedBytes[] = [];
  for (let from = 0; from < vectors.length; from += MOST_CIPHERTEXTS) {
    const group = vectors.slice(from, from + MOST_CIPHERTEXTS);
    const made = await engine.encryptProven({
      publicKey,
      contextHash,
      vectors: group.map((values) => ({ values, ...(bound !== undefined && { bound }) })),
    });
    ciphertexts.push(...made.ciphertexts);
    proofs.push(made.proof);
  }
  return { ciphertexts, proofs };
}

/** What checks a registered ciphertext: its place, the key, and where contents are fetched from. */
export interface ProofParts {
  readonly engine: Pick<Engine, 'verifyProven'>;
  readonly place: CiphertextPlace;
  readonly publicKey: Uint8Array;
  /** Ciphertexts and proofs by their hash. */
  readonly fetch: (hash: string) => Promise<Uint8Array>;
}

/**
 * Checks the proof of a registered ciphertext, together with all that it covers.
 *
 * @throws ComputeError `ERR_PROOF_INVALID`, `ERR_CIPHERTEXT_INVALID`, `ERR_PUBLIC_KEY_INVALID`
 */
export async function checkProof(
  { engine, place, publicKey, fetch }: ProofParts,
  registered: ProvenCiphertext,
): Promise<void> {
  const { hash, ciphertexts } = registered.proof;
  const contents: Uint8Array[] = [];
  for (const one of ciphertexts) contents.push(await fetch(one));
  await engine.verifyProven({
    publicKey,
    ciphertexts: contents,
    proof: await fetch(hash),
    contextHash: contextHashOf(useOf(place, registered)),
  });
}

/**
 * Proofs that a secret was known or used, and nothing more of it. A proof is a challenge and a response
 * of 32 bytes each; both must be reduced, so that no second form of a proof verifies.
 */
import type { SalusError } from '@salus/protocol';
import {
  decodeScalar,
  GENERATOR,
  scalars,
  SCALAR_BYTES,
  type Blame,
  type GroupPoint,
} from './group.js';
import { hashToScalar, nonceOf, type TranscriptPart } from './transcript.js';

export const PROOF_BYTES = 2 * SCALAR_BYTES;

/** What a proof is for, and all that it is bound to. */
export interface ProofUse {
  /** Names the purpose: a proof made for one is none for another. */
  readonly domain: string;
  readonly bound: readonly TranscriptPart[];
}

/** Bases and what one secret makes of each of them: the statement that is proven. */
export type Statement = readonly { readonly base: GroupPoint; readonly image: GroupPoint }[];

/**
 * Proves knowledge of the one secret that takes every base to its image. With the generator alone this is
 * Schnorr's proof. With two bases it is Chaum and Pedersen's, that two logarithms are equal (DLEQ).
 */
export function prove(secret: Uint8Array, statement: Statement, use: ProofUse): Uint8Array {
  const x = decodeScalar(secret, { code: 'ERR_SHARE_INVALID', argument: 'secret' });
  const about = [...use.bound, ...statement.flatMap(({ base, image }) => [base, image])];
  const nonce = nonceOf(use.domain, secret, about);
  const first = statement.map(({ base }) => base.multiply(nonce));
  const challenge = hashToScalar(use.domain, [...about, ...first]);
  const response = scalars.sub(nonce, scalars.mul(challenge, x));
  return Buffer.concat([scalars.toBytes(challenge), scalars.toBytes(response)]);
}

/** Tells whether a proof is one of this statement for this use. */
export function verify(proof: Uint8Array, statement: Statement, use: ProofUse): boolean {
  const scalarsOf = readProof(proof);
  if (!scalarsOf) return false;
  const { challenge, response } = scalarsOf;
  const about = [...use.bound, ...statement.flatMap(({ base, image }) => [base, image])];
  const first = statement.map(({ base, image }) => base.mulAddUnsafe(response, image, challenge));
  // What an honest prover's nonce makes is never the identity, which has no encoding either.
  if (first.some((point) => point.is0())) return false;
  return hashToScalar(use.domain, [...about, ...first]) === challenge;
}

/** The statement that somebody knows the secret of a public point. */
export function knows(image: GroupPoint): Statement {
  return [{ base: GENERATOR, image }];
}

function readProof(proof: Uint8Array): { challenge: bigint; response: bigint } | undefined {
  if (proof.length !== PROOF_BYTES) return undefined;
  const blame: Blame = { code: 'ERR_PARTIAL_INVALID', argument: 'proof' };
  try {
    return {
      challenge: decodeScalar(proof.subarray(0, SCALAR_BYTES), blame),
      response: decodeScalar(proof.subarray(SCALAR_BYTES), blame),
    };
  } catch (error) {
    if ((error as SalusError).code === blame.code) return undefined;
    throw error;
  }
}

import { createHash, type Hash } from 'node:crypto';
import { REPETITIONS } from './parameters.js';

const DOMAIN = 'salus encryption proof v1';
const EXPANSION = 'salus encryption proof challenges v1';

/** What a proof is about. */
export interface Statement {
  readonly profile: string;
  /** SHA-256 of the public key as it travels, hex. */
  readonly publicKeyHash: string;
  /** SHA-256 of each ciphertext as it travels, hex. */
  readonly ciphertextHashes: readonly string[];
  /** SHA-256 of what the proof is for, hex: sender, key, epoch, contract, claim or study, slots. */
  readonly contextHash: string;
}

/**
 * Starts the hash that makes the challenge: domain, profile (each followed by a zero byte), hash of the
 * context, hash of the public key, number of ciphertexts in a byte, their hashes. What the prover commits
 * to follows, repetition by repetition.
 */
export function openTranscript(statement: Statement): Hash {
  const { profile, publicKeyHash, ciphertextHashes, contextHash } = statement;
  const hash = createHash('sha256').update(`${DOMAIN}\0${profile}\0`);
  hash.update(fromHex(contextHash)).update(fromHex(publicKeyHash));
  hash.update(Uint8Array.of(ciphertextHashes.length));
  for (const each of ciphertextHashes) hash.update(fromHex(each));
  return hash;
}

/**
 * The challenge of each repetition for each ciphertext: an exponent i below 2N, which stands for X^i. N is a
 * power of two, so two bytes of SHAKE256, cut to the exponent's bits, are uniform.
 */
export function expandChallenges(
  challenge: Uint8Array,
  degree: number,
  ciphertexts: number,
): readonly (readonly number[])[] {
  const outputLength = 2 * REPETITIONS * ciphertexts;
  const expanded = createHash('shake256', { outputLength })
    .update(EXPANSION)
    .update(challenge)
    .digest();
  return Array.from({ length: REPETITIONS }, (_, repetition) =>
    Array.from({ length: ciphertexts }, (__, index) => {
      const at = 2 * (repetition * ciphertexts + index);
      return expanded.readUInt16LE(at) & (2 * degree - 1);
    }),
  );
}

const fromHex = (text: string): Buffer => Buffer.from(text, 'hex');

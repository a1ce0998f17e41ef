import { createHash, type Hash } from 'node:crypto';
import { ComputeError } from '../bfv/errors.js';
import { REPETITIONS } from './parts.js';

/** What a proof is about. Hashes are SHA-256, hex. */
export interface Statement {
  readonly kind: 'encryption' | 'opening' | 'reshared opening';
  readonly profile: string;
  /** Of what the proof is for. */
  readonly contextHash: string;
  /** Of what all statements of the proof share. */
  readonly shared: readonly string[];
  /** Of what belongs to each statement. */
  readonly each: readonly (readonly string[])[];
  /** How many slots are shown, where others are hidden. */
  readonly slots?: number;
}

/**
 * Starts the hash that makes the challenge: domain and profile, each followed by a zero byte; the hash of
 * the context; the shared hashes; the number of statements in a byte; the hashes of each; the slots shown in two
 * bytes, least significant first, where some are hidden. What the prover commits to follows, repetition by repetition.
 */
export function openTranscript(statement: Statement): Hash {
  const { kind, profile, contextHash, shared, each, slots } = statement;
  if (!/^[0-9a-f]{64}$/.test(contextHash)) {
    throw new ComputeError('ERR_PROOF_INVALID', 'a proof is bound to the hash of a context', {
      argument: 'contextHash',
      expected: 'SHA-256 as lower-case hex',
    });
  }
  const hash = createHash('sha256').update(`salus ${kind} proof v1\0${profile}\0`);
  for (const one of [contextHash, ...shared]) hash.update(fromHex(one));
  hash.update(Uint8Array.of(each.length));
  for (const one of each.flat()) hash.update(fromHex(one));
  if (slots !== undefined) hash.update(Uint8Array.of(slots % 256, slots >> 8));
  return hash;
}

/**
 * The challenge of each repetition for each statement: an exponent i below 2N, which stands for X^i. N is a
 * power of two, so two bytes of SHAKE256, cut to the exponent's bits, are uniform.
 */
export function expandChallenges(
  { kind, each }: Pick<Statement, 'kind' | 'each'>,
  challenge: Uint8Array,
  degree: number,
): readonly (readonly number[])[] {
  const statements = each.length;
  const expanded = createHash('shake256', { outputLength: 2 * REPETITIONS * statements })
    .update(`salus ${kind} proof challenges v1`)
    .update(challenge)
    .digest();
  return Array.from({ length: REPETITIONS }, (_, repetition) =>
    Array.from({ length: statements }, (__, index) => {
      const at = 2 * (repetition * statements + index);
      return expanded.readUInt16LE(at) & (2 * degree - 1);
    }),
  );
}

const fromHex = (text: string): Buffer => Buffer.from(text, 'hex');

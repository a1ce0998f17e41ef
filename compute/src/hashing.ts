import { createHash } from 'node:crypto';
import type { ContributionContext } from './types.js';

/** @returns SHA-256 as lower-case hex */
export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * The commitment a member publishes before any member reveals. It binds key, member and seed, so
 * that nobody passes another member's commitment off as its own. The contribution itself has the
 * entropy of an RLWE sample, so the hash hides it without a salt.
 */
export function commitmentToContribution(
  context: ContributionContext,
  contribution: Uint8Array,
): string {
  const hash = createHash('sha256');
  const { profile, keyId, member } = context;
  hash.update(JSON.stringify(['salus key contribution v1', profile, keyId, member]));
  return hash.update(context.seed).update(contribution).digest('hex');
}

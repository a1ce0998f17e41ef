import { setTimeout as sleep } from 'node:timers/promises';
import { SalusError, type ErrorCode } from '@salus/protocol/errors';

/** How often, and after which pauses, a transaction is made anew. */
export interface RetryPolicy {
  /** All attempts, the first one included. */
  readonly attempts: number;
  /** Upper bound of the first pause; it doubles with each attempt. */
  readonly baseMs: number;
  readonly maxMs: number;
}

export const defaultRetry: RetryPolicy = { attempts: 5, baseMs: 50, maxMs: 1_000 };

/**
 * Faults after which the transaction is known not to have been applied. The peers found a conflict and left
 * it out, or their endorsements differed and nothing went to the orderers.
 */
const harmless: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'ERR_MVCC_CONFLICT',
  'ERR_ENDORSEMENT_MISMATCH',
]);

/** Runs `attempt` until it succeeds, fails for another reason, or the policy is used up. */
export async function withRetry<T>(policy: RetryPolicy, attempt: () => Promise<T>): Promise<T> {
  for (let made = 1; ; made += 1) {
    try {
      return await attempt();
    } catch (error) {
      const again = error instanceof SalusError && harmless.has(error.code);
      if (!again || made >= policy.attempts) throw error;
      await sleep(pause(policy, made));
    }
  }
}

/** Full jitter: any time up to the bound, so that writers who collided do not meet again. */
export function pause({ baseMs, maxMs }: RetryPolicy, made: number): number {
  return Math.random() * Math.min(maxMs, baseMs * 2 ** (made - 1));
}

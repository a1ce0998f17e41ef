import { CEREMONY_LIFETIME_MS } from '@salus/protocol/computation';
import type { KeyRecord } from '../state/records.js';

/**
 * A key as it stands at a time. A ceremony that came to no end within its lifetime has failed: it costs no member
 * anything more, and no resharing waits for it.
 */
export function standingAt(key: KeyRecord, now: string): KeyRecord {
  const { ceremony } = key;
  const { kind, outcome, proposedAt } = ceremony;
  const isOver = Date.parse(now) > Date.parse(proposedAt) + CEREMONY_LIFETIME_MS;
  if (outcome !== undefined || !isOver) return key;
  return {
    ...key,
    ceremony: { ...ceremony, outcome: 'FAILED' },
    status: kind === 'GENERATE' ? 'FAILED' : key.status,
  };
}

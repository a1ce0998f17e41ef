import { randomBytes } from 'node:crypto';
import { profileOf, type Committee } from '@salus/compute';
import { DAY_MS } from '@salus/protocol';
import type { ProposeKeyRequest } from '@salus/protocol/computation';

/** A key takes ciphertexts for a month: one that leaks costs no more than these. */
export const DEFAULT_DAYS = 30;

/** What a key is proposed with. */
export interface KeyTerms {
  readonly members: string[];
  readonly threshold: number;
  readonly purpose: string;
  readonly profile: string;
  readonly days: number;
  readonly slotBudget?: number;
}

export function proposalOf(keyId: string, terms: KeyTerms): ProposeKeyRequest {
  const { members, threshold, purpose, profile, days, slotBudget } = terms;
  const now = Date.now();
  return {
    keyId,
    profile,
    members,
    threshold,
    purpose,
    aSeed: randomBytes(32).toString('hex'),
    validFrom: new Date(now).toISOString(),
    validTo: new Date(now + days * DAY_MS).toISOString(),
    slotBudget: slotBudget ?? profileOf(profile).openedSlotBudget,
  };
}

/** Refuses a committee before anything is connected. @throws SalusError `ERR_COMMITTEE_INVALID` */
export async function requireLegal(committee: Committee): Promise<void> {
  const { requireCommittee } = await import('@salus/client/computation');
  requireCommittee(committee);
}

import type { NamedGrant } from '../consent/combine.js';
import { isVoid, isVoidForGood } from '../consent/lost-key.js';
import type { SignedGrant } from './consent.js';
import type { Patient } from './patients.js';

/** A grant as the patient's keys let it stand: contracts decide and services judge by the same one. */
export function standing(patient: Patient, grant: SignedGrant): NamedGrant {
  const { withdrawnAt: _signed, ...terms } = grant;
  const withdrawnAt = withdrawalOf(patient, grant);
  return {
    ...terms,
    ...(withdrawnAt !== undefined && { withdrawnAt }),
    voided: isVoided(patient, grant),
  };
}

/** What closes counts at once, what opens once it is final. */
function isVoided(
  patient: Patient,
  { decision, kid, grantedAt, delegateId, scope }: SignedGrant,
): boolean {
  const { categoryTags } = scope;
  const signed = { kid, at: grantedAt, delegateId, action: 'grant', categoryTags } as const;
  return decision === 'deny' ? isVoidForGood(patient, signed) : isVoid(patient, signed);
}

/**
 * What a lost key withdrew stays withdrawn, but for a deny: else whoever found the key could open what
 * the patient closed.
 */
function withdrawalOf(
  patient: Patient,
  { decision, withdrawnAt, withdrawnBy, withdrawnUnder, scope }: SignedGrant,
): string | undefined {
  if (decision === 'permit' || withdrawnAt === undefined || withdrawnBy === undefined) {
    return withdrawnAt;
  }
  const { categoryTags } = scope;
  const signed = { kid: withdrawnBy, at: withdrawnAt, delegateId: withdrawnUnder } as const;
  // To withdraw a deny opens: it takes who may grant.
  return isVoid(patient, { ...signed, action: 'grant', categoryTags }) ? undefined : withdrawnAt;
}

import type { NamedGrant } from '../consent/combine.js';
import { isVoid } from '../consent/lost-key.js';
import type { SignedGrant } from './consent.js';
import type { Patient } from './patients.js';

/** A grant as the patient's keys let it stand: contracts decide and services judge by the same one. */
export function standing(patient: Patient, grant: SignedGrant): NamedGrant {
  const { withdrawnAt: _signed, ...terms } = grant;
  const withdrawnAt = withdrawalOf(patient, grant);
  return {
    ...terms,
    ...(withdrawnAt !== undefined && { withdrawnAt }),
    voided: isVoid(patient, {
      kid: grant.kid,
      at: grant.grantedAt,
      delegateId: grant.delegateId,
      action: 'grant',
      categoryTags: grant.scope.categoryTags,
    }),
  };
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

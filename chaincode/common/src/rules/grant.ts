import type { AccessGrant, PurposeOfUse } from '../access-grant.js';

/** Who asks for which record, to what end and when. */
export interface GrantRequest {
  readonly record: { readonly recordId: string; readonly categoryTag: string };
  readonly requester: {
    readonly mspId: string;
    readonly role?: string;
    readonly practitioner?: string;
  };
  readonly purpose: PurposeOfUse;
  /** ISO 8601 in UTC: the transaction's time in a contract, its own in a service. */
  readonly at: string;
}

/** What a grant is judged by. */
export type JudgedGrant = Pick<
  AccessGrant,
  'grantee' | 'scope' | 'purposes' | 'notBefore' | 'notAfter'
> & { readonly withdrawnAt?: string };

/** What can be wrong with a grant, in the order in which it is checked. */
export const GRANT_DEFECTS = [
  'NO_GRANT',
  'RECORD_NOT_COVERED',
  'CATEGORY_NOT_COVERED',
  'ROLE_NOT_COVERED',
  'PRACTITIONER_NOT_COVERED',
  'PURPOSE_NOT_COVERED',
  'WITHDRAWN',
  'EXPIRED',
  'NOT_YET_VALID',
] as const;
export type GrantDefect = (typeof GRANT_DEFECTS)[number];

/**
 * Why a grant doesn't permit a request; undefined where it does. The one rule: the contract decides by
 * it, stores and key services judge what the patient signed by it again.
 */
export function judgeGrant(request: GrantRequest, grant: JudgedGrant): GrantDefect | undefined {
  const { record, requester, purpose } = request;
  const { scope, grantee } = grant;
  if (grantee.mspId !== requester.mspId) return 'NO_GRANT';
  if (!covers(scope.records, record.recordId)) return 'RECORD_NOT_COVERED';
  if (!covers(scope.categoryTags, record.categoryTag)) return 'CATEGORY_NOT_COVERED';
  if (differs(grantee.role, requester.role)) return 'ROLE_NOT_COVERED';
  if (differs(grantee.practitioner, requester.practitioner)) return 'PRACTITIONER_NOT_COVERED';
  if (!grant.purposes.includes(purpose)) return 'PURPOSE_NOT_COVERED';
  if (grant.withdrawnAt !== undefined) return 'WITHDRAWN';
  const now = Date.parse(request.at);
  if (now >= Date.parse(grant.notAfter)) return 'EXPIRED';
  if (now < Date.parse(grant.notBefore)) return 'NOT_YET_VALID';
  return undefined;
}

/** A criterion that isn't given restricts nothing. */
function covers(allowed: readonly string[] | undefined, value: string): boolean {
  return allowed === undefined || allowed.includes(value);
}

function differs(demanded: string | undefined, value: string | undefined): boolean {
  return demanded !== undefined && demanded !== value;
}

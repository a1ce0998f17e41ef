import {
  DENIAL_REASONS,
  type DenialReason,
  type Grant,
  type HealthRecord,
  type PurposeOfUse,
  type Requester,
} from '../api.js';

/** Who asks for which record, to what end and when. */
export interface AccessRequest {
  readonly record: Pick<HealthRecord, 'recordId' | 'categoryTag' | 'custodian'>;
  readonly requester: Requester;
  readonly purpose: PurposeOfUse;
  /** ISO 8601 in UTC: the transaction's time. */
  readonly at: string;
}

/** What consent says before counted uses are looked at. */
export type Consent =
  | { readonly kind: 'CUSTODIAN' }
  /** Grants that permit, the one to use first in front. */
  | { readonly kind: 'GRANTED'; readonly grants: readonly Grant[] }
  | { readonly kind: 'DENIED'; readonly reason: DenialReason };

/**
 * Decides on consent. The custodian needs none for what it keeps itself. Of several grants that
 * permit, those without a limit of uses come first, so that none is spent in vain; of several
 * that don't, the one that came closest gives the reason (see {@link DENIAL_REASONS}).
 *
 * @param grants - the patient's grants to the requester's organisation
 */
export function decideConsent(request: AccessRequest, grants: readonly Grant[]): Consent {
  if (request.requester.mspId === request.record.custodian) return { kind: 'CUSTODIAN' };
  const judged = grants.map((grant) => ({ grant, reason: judgeGrant(request, grant) }));
  const permitting = judged.filter(({ reason }) => reason === undefined).map(({ grant }) => grant);
  if (permitting.length > 0) {
    return { kind: 'GRANTED', grants: [...permitting].sort(unlimitedFirst) };
  }
  return { kind: 'DENIED', reason: closest(judged.map(({ reason }) => reason)) };
}

/** Why a grant doesn't permit a request; undefined where it does. */
export function judgeGrant(request: AccessRequest, grant: Grant): DenialReason | undefined {
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

function unlimitedFirst(a: Grant, b: Grant): number {
  const byLimit = Number(a.maxUses !== undefined) - Number(b.maxUses !== undefined);
  if (byLimit !== 0) return byLimit;
  return a.grantId < b.grantId ? -1 : 1;
}

function closest(reasons: readonly (DenialReason | undefined)[]): DenialReason {
  const ranks = reasons.map((reason) => DENIAL_REASONS.indexOf(reason ?? 'NO_GRANT'));
  return DENIAL_REASONS[Math.max(...ranks)] ?? 'NO_GRANT';
}

import { judgeGrant, type GrantRequest } from '@salus/chaincode-common';
import { DENIAL_REASONS, type DenialReason, type Grant, type HealthRecord } from '../api.js';

/** Who asks for which record, to what end and at the transaction's time. */
export interface AccessRequest extends GrantRequest {
  readonly record: Pick<HealthRecord, 'recordId' | 'categoryTag' | 'custodian'>;
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

function unlimitedFirst(a: Grant, b: Grant): number {
  const byLimit = Number(a.maxUses !== undefined) - Number(b.maxUses !== undefined);
  if (byLimit !== 0) return byLimit;
  return a.grantId < b.grantId ? -1 : 1;
}

function closest(reasons: readonly (DenialReason | undefined)[]): DenialReason {
  const ranks = reasons.map((reason) => DENIAL_REASONS.indexOf(reason ?? 'NO_GRANT'));
  return DENIAL_REASONS[Math.max(...ranks)] ?? 'NO_GRANT';
}

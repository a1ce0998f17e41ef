import type { Caller } from '@salus/chaincode-common';
import {
  conflict,
  deniesRequest,
  SalusError,
  type AskedRecord,
  type ConsentState,
} from '@salus/protocol';
import {
  EMERGENCY_ROLES,
  type Requester,
  type CustodianKey,
  type Emergency,
  type EmergencyReview,
  type ReviewEmergencyRequest,
  type HealthRecord,
} from '@salus/protocol/ehr';
import type { Outcome } from './decision.js';

/**
 * Demands who may break the glass: a physician or the emergency department of a hospital.
 *
 * @throws SalusError ERR_FORBIDDEN
 */
export function requireEmergencyRole(
  { mspId, role = 'no role' }: Pick<Caller, 'mspId' | 'role'>,
  hospitals: readonly string[],
): void {
  if (hospitals.includes(mspId) && EMERGENCY_ROLES.includes(role)) return;
  throw new SalusError('ERR_FORBIDDEN', 'Breaking the glass needs a physician of a hospital', {
    argument: 'caller',
    expected: `${EMERGENCY_ROLES.join(' or ')} of a hospital`,
    got: `${role} of ${mspId}`,
  });
}

/** Who breaks the glass of which record, and when. */
export interface EmergencyQuestion {
  readonly record: (HealthRecord & Pick<AskedRecord, 'versions'>) | undefined;
  /** The custodians' key to which the record's content key is sealed. */
  readonly key: Pick<CustodianKey, 'status'> | undefined;
  readonly requester: Requester;
  readonly at: string;
}

/**
 * Decides on breaking the glass: it needs no permit, and gives way to a deny that names it (or emergency
 * treatment). The custodians' key opens on when it is retired.
 */
export function decideEmergency(
  { record, key, requester, at }: EmergencyQuestion,
  { grants, truncated = false }: ConsentState,
): Outcome {
  if (record === undefined) return { permitted: false, reason: 'UNKNOWN_RECORD' };
  if (record.erasedAt !== undefined) return { permitted: false, reason: 'ERASED' };
  if (truncated) return { permitted: false, reason: 'TOO_MANY_GRANTS' };
  const request = { record, requester, purpose: 'BTG', at } as const;
  const [deny] = grants
    .filter((grant) => deniesRequest(request, grant))
    .sort((a, b) => (a.grantId < b.grantId ? -1 : 1));
  if (deny !== undefined) {
    return { permitted: false, reason: 'DENIED_BY_PATIENT', grantId: deny.grantId };
  }
  if (key?.status !== 'ACTIVE' && key?.status !== 'RETIRED') {
    return { permitted: false, reason: 'NO_EMERGENCY_KEY' };
  }
  return { permitted: true, reason: 'EMERGENCY' };
}

/**
 * Demands that the custodians' answers are still to come: the decision has not expired.
 *
 * @throws SalusError ERR_CONFLICT
 */
export function requireAnswerable(expiresAt: string, at: string): void {
  if (Date.parse(at) < Date.parse(expiresAt)) return;
  throw conflict('ref', 'The decision has expired', 'a decision in force', 'an expired one');
}

/**
 * An emergency with its review. The reviewer is the privacy officer of an organisation that did not ask:
 * the record's custodian, or one that oversees all.
 *
 * @throws SalusError ERR_FORBIDDEN, ERR_CONFLICT
 */
export function reviewed(
  emergency: Emergency,
  { outcome, noteHash }: Pick<ReviewEmergencyRequest, 'outcome' | 'noteHash'>,
  { by, at, overseers }: Reviewer,
): Emergency {
  const entitled =
    by.role === 'privacy-officer' &&
    by.mspId !== emergency.requester.mspId &&
    [emergency.custodian, ...overseers].includes(by.mspId);
  if (!entitled) {
    const message =
      "A privacy officer of the record's custodian or of an overseer reviews, not of who asked";
    throw new SalusError('ERR_FORBIDDEN', message, {
      argument: 'caller',
      expected: 'privacy-officer of the custodian or an overseer',
      got: `${by.role ?? 'no role'} of ${by.mspId}`,
    });
  }
  requireOpen(emergency);
  const review: EmergencyReview = { outcome, noteHash, by, at };
  return { ...emergency, review };
}

interface Reviewer {
  readonly by: Requester;
  readonly at: string;
  /** MSP IDs of organisations that may review any emergency but their own. */
  readonly overseers: readonly string[];
}

/**
 * An emergency that nobody has reviewed in time.
 *
 * @throws SalusError ERR_CONFLICT
 */
export function escalated(emergency: Emergency, at: string): Emergency {
  requireOpen(emergency);
  if (!isOverdue(emergency, at)) {
    throw conflict('ref', 'The review is not due yet', emergency.reviewDueAt, at);
  }
  if (emergency.escalatedAt !== undefined) {
    throw conflict('ref', 'The emergency was escalated before', 'once', 'twice');
  }
  return { ...emergency, escalatedAt: at };
}

export function isOverdue({ reviewDueAt }: Pick<Emergency, 'reviewDueAt'>, at: string): boolean {
  return Date.parse(at) >= Date.parse(reviewDueAt);
}

function requireOpen({ review }: Emergency): void {
  if (review === undefined) return;
  throw conflict('ref', 'The emergency was reviewed before', 'an open review', 'a closed one');
}

import type { AccessGrant, PurposeOfUse } from './access-grant.js';

/** Who asks: staff with a certificate, or a patient through whoever relays a statement. */
export interface AskingParty {
  readonly mspId: string;
  readonly role?: string;
  readonly practitioner?: string;
  /** Pseudonym of the patient who asks; what the certificate of the relaying staff says counts for nothing then. */
  readonly patient?: string;
  /** Who asks in the patient's name is a delegate, by this delegation. */
  readonly delegate?: string;
}

/** What is asked for, as far as consent goes by it. */
export interface AskedRecord {
  readonly recordId: string;
  readonly categoryTag: string;
  readonly labelTags: readonly string[];
  /** The other versions of the record; left out where there are none. */
  readonly versions?: RecordVersions;
}

/** The versions of a record before and after one of them, the first in front. */
export interface RecordVersions {
  readonly earlier: readonly string[];
  readonly later: readonly RecordVersion[];
}

export type RecordVersion = Pick<AskedRecord, 'recordId' | 'categoryTag' | 'labelTags'>;

/** Who asks for which record, to what end and when. */
export interface GrantRequest {
  readonly record: AskedRecord;
  readonly requester: AskingParty;
  readonly purpose: PurposeOfUse;
  /** ISO 8601 in UTC: the transaction's time in a contract, its own in a service. */
  readonly at: string;
}

/** What a grant is judged by. */
export type JudgedGrant = Pick<
  AccessGrant,
  'decision' | 'grantee' | 'scope' | 'purposes' | 'notBefore' | 'notAfter'
> & {
  readonly withdrawnAt?: string;
  /** The key that signed it was lost by then, see `lost-key.ts`. */
  readonly voided?: boolean;
};

/** What can be wrong with a grant, in the order in which it is checked. */
export const GRANT_DEFECTS = [
  'NO_GRANT',
  'RECORD_NOT_COVERED',
  'CATEGORY_NOT_COVERED',
  'LABEL_NOT_COVERED',
  'ROLE_NOT_COVERED',
  'PRACTITIONER_NOT_COVERED',
  'PURPOSE_NOT_COVERED',
  'WITHDRAWN',
  'KEY_LOST',
  'SHARER_DENIED',
  'EXPIRED',
  'NOT_YET_VALID',
] as const;
export type GrantDefect = (typeof GRANT_DEFECTS)[number];

/**
 * Why a grant doesn't permit a request; undefined where it does. The one rule: the contract decides by
 * it, stores and key services judge what the patient signed by it again. Denies are judged by
 * {@link deniesRequest}, which overrides.
 */
export function judgeGrant(request: GrantRequest, grant: JudgedGrant): GrantDefect | undefined {
  const { record, requester, purpose } = request;
  const { scope, grantee } = grant;
  if (grant.decision !== 'permit' || !isNamed(grantee, requester)) return 'NO_GRANT';
  if (!coversRecord(scope.records, record)) return 'RECORD_NOT_COVERED';
  if (!covers(scope.categoryTags, record.categoryTag)) return 'CATEGORY_NOT_COVERED';
  if (!coversLabels(scope.labelTags, record.labelTags)) return 'LABEL_NOT_COVERED';
  if (differs(grantee.role, requester.role)) return 'ROLE_NOT_COVERED';
  if (differs(grantee.practitioner, requester.practitioner)) return 'PRACTITIONER_NOT_COVERED';
  if (!covers(grant.purposes, purpose)) return 'PURPOSE_NOT_COVERED';
  return judgeForce(grant, request.at);
}

/** A permit of a record follows it to later versions, so that a corrected result is shown. */
function coversRecord(
  permitted: readonly string[] | undefined,
  { recordId, versions }: AskedRecord,
): boolean {
  return [recordId, ...(versions?.earlier ?? [])].some((one) => covers(permitted, one));
}

/** A record without labels is none that a permit narrowed by labels is about. */
function coversLabels(
  permitted: readonly string[] | undefined,
  labels: readonly string[],
): boolean {
  if (permitted === undefined) return true;
  return labels.length > 0 && labels.every((label) => permitted.includes(label));
}

/** Why a grant, permit or deny, is not in force at a time; undefined where it is. */
export function judgeForce(
  {
    withdrawnAt,
    voided,
    notBefore,
    notAfter,
  }: Pick<JudgedGrant, 'withdrawnAt' | 'voided' | 'notBefore' | 'notAfter'>,
  at: string,
): GrantDefect | undefined {
  if (withdrawnAt !== undefined) return 'WITHDRAWN';
  if (voided === true) return 'KEY_LOST';
  const now = Date.parse(at);
  if (now >= Date.parse(notAfter)) return 'EXPIRED';
  if (now < Date.parse(notBefore)) return 'NOT_YET_VALID';
  return undefined;
}

/** Tells whether a permit is made to the one who asks: the organisation, or the patient. */
function isNamed({ mspId, patient }: JudgedGrant['grantee'], requester: AskingParty): boolean {
  return requester.patient === undefined
    ? patient === undefined && mspId === requester.mspId
    : patient === requester.patient;
}

/** A criterion that isn't given restricts nothing. */
function covers(allowed: readonly string[] | undefined, value: string): boolean {
  return allowed === undefined || allowed.includes(value);
}

function differs(demanded: string | undefined, value: string | undefined): boolean {
  return demanded !== undefined && demanded !== value;
}

import {
  conflict,
  isNamedRole,
  judgeGrant,
  SalusError,
  type AskedRecord,
  type AskingParty,
  type NamedGrant,
} from '@salus/protocol';
import type { HealthRecord, Referral, ReferRequest } from '@salus/protocol/ehr';

/**
 * Demands that the patient's grant opens to the recipient what a referral hands over, for treatment and
 * for as long as the referral goes.
 *
 * @throws SalusError ERR_CONFLICT
 */
export function requireGranted(
  { to, notAfter }: Pick<ReferRequest, 'to' | 'notAfter'>,
  grant: NamedGrant | undefined,
  records: readonly AskedRecord[],
  at: string,
): void {
  if (grant === undefined || grant.grantee.mspId !== to.mspId) {
    throw ungranted('a grant to the organisation that it goes to', 'another');
  }
  if (Date.parse(notAfter) > Date.parse(grant.notAfter)) {
    throw ungranted('an end no later than that of the grant', 'a later one');
  }
  // Whoever of the recipient's takes it on is judged when reading; here, that the grant covers the records.
  const { role, practitioner } = grant.grantee;
  const asRecipient: AskingParty = {
    mspId: to.mspId,
    ...(role !== undefined && { role }),
    ...(practitioner !== undefined && { practitioner }),
  };
  for (const record of records) {
    const request = { record, requester: asRecipient, purpose: 'TREAT', at } as const;
    const defect = judgeGrant(request, grant);
    if (defect !== undefined) throw ungranted('a grant that covers every record', defect);
  }
}

/** Answers to one referral at most. */
export const MAX_ANSWERS = 20;

/** What a step needs of a referral. */
export type ReferralStep = 'accept' | 'decline' | 'answer';

/**
 * Demands that the caller may take a step with a referral that came to it: in its time, in its turn.
 *
 * @throws SalusError ERR_FORBIDDEN, ERR_CONFLICT
 */
export function requireStep(
  { to, status, notAfter, answers = [] }: Pick<Referral, 'to' | 'status' | 'notAfter' | 'answers'>,
  step: ReferralStep,
  { who, at }: { readonly who: AskingParty; readonly at: string },
): void {
  if (who.mspId !== to.mspId || !isNamedRole(to.role, who)) {
    throw new SalusError('ERR_FORBIDDEN', 'Only whom a referral goes to takes it on', {
      argument: 'caller',
      expected: `${to.role ?? 'a role that reads records'} of ${to.mspId}`,
      got: `${who.role ?? 'no role'} of ${who.mspId}`,
    });
  }
  if (Date.parse(at) >= Date.parse(notAfter)) {
    throw conflict('referralId', 'The referral has ended', 'one that goes on', 'one that ended');
  }
  const allowed = step === 'answer' ? ['ACCEPTED', 'ANSWERED'] : ['REQUESTED'];
  if (answers.length >= MAX_ANSWERS) {
    throw conflict('referralId', 'The referral has all its answers', `${MAX_ANSWERS}`, 'one more');
  }
  if (allowed.includes(status)) return;
  throw conflict('referralId', `The referral is ${status}`, allowed.join(' or '), status);
}

/**
 * Demands that an organisation keeps a record that is not erased.
 *
 * @throws SalusError ERR_CONFLICT
 */
export function requireOwn({ custodian, erasedAt }: HealthRecord, mspId: string): void {
  if (custodian === mspId && erasedAt === undefined) return;
  const got = erasedAt === undefined ? 'that of another' : 'an erased one';
  throw conflict('records', 'A referral brings records of its author', 'an own record', got);
}

function ungranted(expected: string, got: string): SalusError {
  return conflict('grantId', 'The grant does not cover what is referred', expected, got);
}

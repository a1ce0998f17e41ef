import { keyOf } from '@salus/chaincode-common';
import { AUDIT_STATE, decisionAttributes, type DecisionRef } from '@salus/protocol/ehr';

/** Every state key of the contract. What tells where a cryptographic key lies is named `…At`. */
export const patientKey = keyOf('patient');
/** pseudonym, record */
export const recordKey = keyOf('record');
/** pseudonym, first version of a record: its versions, from the second one on */
export const seriesKey = keyOf('series');
/** pseudonym, jti: a statement other than a grant is used once; patients can't use up each other's IDs */
export const statementKey = keyOf('statement');
/**
 * pseudonym, grant: the statement's jti with what the patient signed, or the tombstone of a grant that was
 * withdrawn before it came. An onward share is kept here with its transaction. All that a grant or share
 * writes: it has no other line in the audit trail.
 */
export const grantKey = keyOf('grant');
/** pseudonym, grant: one that is over, where no decision reads it */
export const pastGrantKey = keyOf('pastGrant');
/** pseudonym, grant, number: a use that is spent */
export const useKey = keyOf('use');
/** pseudonym, time, transaction: a line of the audit trail; a decision is its own line */
export const auditKey = keyOf(AUDIT_STATE);
export const decisionKey = (ref: DecisionRef) => auditKey(...decisionAttributes(ref));
/** organisation, actor, time, transaction: where a decision is that the actor asked for */
export const actorKey = keyOf('actor');
/** pseudonym, referral */
export const referralKey = keyOf('referral');
/** organisation, pseudonym, referral: referrals that come to it */
export const referralToKey = keyOf('referralTo');

/** organisation, `organisation` or the ID of a member of staff */
export const hpkeKeyAt = keyOf('hpkeKey');
/** key */
export const custodianKeyAt = keyOf('custodianKey');
/** pseudonym, decision */
export const emergencyKey = keyOf('emergency');
/** pseudonym, decision, organisation: each custodian answers under a key of its own, so that none waits */
export const emergencyAnswerKey = keyOf('emergencyAnswer');
/** time when the review is due, decision: where an emergency is that is not reviewed */
export const openEmergencyKey = keyOf('openEmergency');

/**
 * The collection that an organisation has without a definition, on its own peers alone: details and sealed
 * keys of the records that it keeps or may read, and the category keys that it was handed.
 */
export function organisationCollection(mspId: string): string {
  return `_implicit_org_${mspId}`;
}
/** Where release 0.1.0 kept details, on networks whose definition of the chaincode still has it. */
export const EARLIER_COLLECTION = 'care';

/** pseudonym, record */
export const detailsKey = keyOf('details');
/** pseudonym, record */
export const recordKeysAt = keyOf('keys');
/** pseudonym, category tag, epoch: sealed to the organisation */
export const categoryKeyAt = keyOf('categoryKey');

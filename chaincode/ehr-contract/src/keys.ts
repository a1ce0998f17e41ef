import { keyOf } from '@salus/chaincode-common';

/** Every state key of the contract. */
export const patientKey = keyOf('patient');
export const recordKey = keyOf('record');
/** pseudonym, record: the records of a patient */
export const patientRecordKey = keyOf('patientRecord');
/** pseudonym, jti: a statement other than a grant is used once; patients can't use up each other's IDs */
export const statementKey = keyOf('statement');
/**
 * pseudonym, grant (the statement's jti): the grant with what the patient signed, which is all that a
 * grant writes beside the audit trail, or the tombstone of one that was withdrawn before it came
 */
export const grantKey = keyOf('grant');
/** pseudonym, grant, number: a use that is spent */
export const useKey = keyOf('use');
/** transaction */
export const decisionKey = keyOf('decision');
/** pseudonym, time, transaction */
export const auditKey = keyOf('audit');

/** Private data of the hospitals; the collection's own endorsement policy asks for one of them. */
export const CARE_COLLECTION = 'care';
/** record */
export const detailsKey = keyOf('details');

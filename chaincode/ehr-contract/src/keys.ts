import { keyOf } from '@salus/chaincode-common';

/** Every state key of the contract. */
export const patientKey = keyOf('patient');
export const recordKey = keyOf('record');
/** pseudonym, record: the records of a patient */
export const patientRecordKey = keyOf('patientRecord');
/**
 * pseudonym, jti: a statement is used once; patients can not use up each other's IDs. A grant that is
 * withdrawn before it comes leaves its tombstone here.
 */
export const statementKey = keyOf('statement');
/** pseudonym, grantee's MSP ID, grant: a decision reads one organisation's grants of one patient */
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

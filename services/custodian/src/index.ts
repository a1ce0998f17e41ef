export type { CustodianLedger } from './answer.js';
export { advanceCeremony, type CustodianParts } from './ceremony.js';
export { type Complaint, judgeComplaint } from './complaint.js';
export { CustodianHome } from './custodian-home.js';
export { startCustodian } from './custodian-service.js';
export { dealingOf, dealingsOf } from './received-shares.js';
export { watchCustodian } from './watch.js';

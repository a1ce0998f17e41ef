export {
  errorCodes,
  SalusError,
  sha256Hex,
  signStatement,
  verifyStatement,
  type ErrorCode,
} from '@salus/chaincode-common';
export * from './break-glass/index.js';
export * from './ca/index.js';
export { connect, type ConnectOptions } from './connection/connect.js';
export type { Deadlines } from './connection/deadlines.js';
export { loadProfile, type ConnectionProfile, type Profile } from './connection/profile.js';
export { ClaimsClient } from './claims/claims-client.js';
export * from './content/index.js';
export * from './crypto/index.js';
export { commitFailure, nodeMessages, unwrap, type NodeMessage } from './errors/unwrap.js';
export { DrugClient, type TraceSubject } from './drug/drug-client.js';
export { packLeaf } from './drug/pack-leaf.js';
export { packBatch, type PackingList } from './drug/packing.js';
export * from './ehr/index.js';
export * from './erasure/index.js';
export * from './events/index.js';
export {
  identityFromMsp,
  resolveIdentity,
  type Identity,
  type IdentitySource,
} from './identity/identity.js';
export { digestSigner, newKeySigner, type Signer } from './identity/signer.js';
export type { ContractNames, SalusClient } from './salus-client.js';
export type { CallOptions, Contract, Submitted, SubmitOptions } from './transaction/contract.js';
export type { RetryPolicy } from './transaction/retry.js';
export type { TransactionStatus } from './transaction/transaction-status.js';
export { allResults, type PageOptions } from './transaction/pages.js';
export type { FacadeOptions, Receipt } from './transaction/typed-contract.js';
export * from './committee/index.js';
export * from './computation/index.js';
export * from './deid/index.js';
export * from './fhir/index.js';
export * from './import/index.js';
export type { Question, SignedAnswer } from './connection/signed-answer.js';
export * from './key-service/index.js';
export * from './receipt/index.js';
export {
  currentMembers,
  readMemberRoots,
  type MemberRoots,
  type MemberSource,
} from './service/members.js';
export * from './referral/index.js';
export * from './statistics/index.js';
export * from './store/index.js';
export * from './wallet/index.js';

import './node-version.js';

export { isErrorCode, SalusError, type ErrorCode } from '@salus/protocol/errors';
export type { ClaimsClient } from './claims/claims-client.js';
export type { ComputationClient } from './computation/computation-client.js';
export { connect, connectNetwork, type ConnectOptions } from './connect.js';
export type { Deadlines } from './connection/deadlines.js';
export type { ConnectionProfile } from './connection/profile.js';
export type { ConsentClient, ConsentReceipt, ConsentWish } from './consent/consent-client.js';
export type { DrugClient } from './drug/drug-client.js';
export type { EhrClient } from './ehr/ehr-client.js';
export type { ReadableRecord, RecordFilter } from './ehr/longitudinal.js';
export {
  fileCheckpointer,
  memoryCheckpointer,
  type Checkpoint,
  type Checkpointer,
} from './events/checkpointer.js';
export type { ContractEvent, EventOptions } from './events/event-stream.js';
export { identityFromMsp, type Identity, type IdentitySource } from './identity/identity.js';
export { digestSigner, newKeySigner, type Signer } from './identity/signer.js';
export type { ImportPatient, NewRecord } from './records/new-record.js';
export type { OpenedRecord, ReadRecord, RecordWish } from './records/read-record.js';
export type { RecordKeeping, RecordSettings } from './records/record-settings.js';
export type { NewFile, RecordsClient } from './records/records-client.js';
export type { NewContent } from './records/register-file.js';
export type { ContractNames, SalusClient } from './salus-client.js';
export type { ChannelOptions, NetworkOptions, SalusNetwork } from './salus-network.js';
export type { Session } from './session/session.js';
export type { StatisticsClient } from './statistics/statistics-client.js';
export type { StudyDesk } from './statistics/study-desk.js';
export type { CallOptions, Contract, Submitted, SubmitOptions } from './transaction/contract.js';
export type { RetryPolicy } from './transaction/retry.js';
export type { TransactionStatus } from './transaction/transaction-status.js';
export type { FacadeOptions, Receipt } from './transaction/typed-contract.js';
export type { WalletInvitation } from './wallet/wallet-client.js';

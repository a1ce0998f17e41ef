import '../node-version.js';

export { RecordsClient, type NewFile } from './records-client.js';
export { type RecordKeeping, type RecordSettings } from './record-settings.js';
export { admitPatient, type AdmittingLedger } from './admit-patient.js';
export { copiesInBatches, recordsByHolder } from './copies.js';
export type { RecordDesk } from './desk.js';
export { purgeErased, type Purged, type PurgeFault, type PurgeLedger } from './purge-erased.js';
export { attestedBy, eraseRecords, type ErasureDesk } from './erase-records.js';
export { fetchSealed, type SealedRecord } from './fetch-sealed.js';
export { type ImportedRecord, importResources, type ImportOptions } from './import-resources.js';
export { fileJournal, type ImportJournal } from './journal.js';
export { KeyServiceClient } from './key-service-client.js';
export { recordIdOf, recordIdSecret } from './ledger-ids.js';
export type { ImportPatient, NewRecord } from './new-record.js';
export { organisationDeidKey, whole } from './obligations.js';
export { type OpenedRecord, openRecord, readRecord, type RecordSources } from './read-record.js';
export {
  type FileOptions,
  type NewContent,
  registerFile,
  type RegisteredFile,
} from './register-file.js';
export { finishEarlier, registerRecords } from './register-records.js';
export {
  keepRegistered,
  organisationKey,
  ownKey,
  requireNotEnded,
  type RotatingKey,
  type KeepOptions,
  type RegistryView,
} from './registered-keys.js';
export {
  type EmergencyKey,
  type Rewrapped,
  type RewrapJob,
  rewrapJob,
} from './key-service-answers.js';
export { readFhirFile } from './read-fhir-file.js';
export type { ImportNote } from './resource-records.js';

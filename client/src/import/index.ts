export { admitPatient } from './admit-patient.js';
export { recipientsOf, type RecordDesk, type Recipients } from './desk.js';
export { importResources, type ImportedRecord, type ImportOptions } from './import-resources.js';
export { fileJournal, type ImportJournal } from './journal.js';
export { recordIdOf, recordIdSecret } from './ledger-ids.js';
export type { ImportPatient, NewRecord } from './new-record.js';
export { finishEarlier, registerRecords } from './register-records.js';
export { FHIR_JSON, resourceRecords, type ResourceRecord } from './resource-records.js';
export { registerFile, type FileOptions, type RegisteredFile } from './register-file.js';

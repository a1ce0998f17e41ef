export {
  importResources,
  type ImportDesk,
  type ImportedRecord,
  type ImportOptions,
  type ImportPatient,
} from './import-resources.js';
export { fileJournal, type ImportJournal } from './journal.js';
export { recordIdOf, recordIdSecret } from './ledger-ids.js';

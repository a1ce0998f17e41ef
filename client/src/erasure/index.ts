export {
  readErasureCertificate,
  verifyErasureCertificate,
  type ErasureCertificate,
  type ProvenErasure,
} from './certificate.js';
export { attestedBy, eraseRecords, type ErasureDesk } from './erase-records.js';

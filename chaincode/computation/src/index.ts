export { ComputationContract, type ComputationTerms } from './computation-contract.js';
export { requireProfile } from './engine/engine.js';
export type { KeyRecord } from './state/records.js';
export { requireEpoch } from './rules/partials.js';
export { provenTogether } from './rules/proof.js';

export {
  addCiphertexts,
  getCiphertext,
  publicKeyOf,
  withdrawCiphertext,
  type HashedBytes,
} from './transactions/ciphertexts.js';
export { addEvaluation, findEvaluation } from './transactions/evaluations.js';
export { addOpening, annulOpenings, requirePermitted } from './transactions/openings.js';
export { addRecord } from './transactions/recording.js';
export { takePlace } from './transactions/places.js';
export { readKey } from './transactions/steps.js';
export { hashedTransient, hashedTransients } from './state/transient.js';
export { examine } from './rules/examine.js';

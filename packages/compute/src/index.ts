export { ComputeError, type ComputeErrorCode, type ComputeErrorDetails } from './bfv/errors.js';
export {
  DEFAULT_PROFILE,
  PROFILE_NAMES,
  profileOf,
  type Profile,
  type ProfileName,
} from './bfv/profiles.js';
export { boundOf } from './bfv/programs.js';
export { checkBound, freshBound } from './bfv/bounds.js';
export type { BoundHashed, Hashed } from './bfv/hashed.js';
export type {
  Engine,
  EngineOptions,
  EvaluateOptions,
  Handle,
  NamedInput,
  Progress,
  RequestOptions,
  Scope,
} from './engine/types.js';
export { MOST_CIPHERTEXTS, proofLength, provenNoise } from './encryption-proof/parameters.js';
export type {
  ProvenCiphertexts,
  ProvenCiphertextsRequest,
  ProvenEncryptionRequest,
} from './encryption-proof/types.js';
export { MOST_SHARES } from './opening-proof/parameters.js';
export type {
  OpeningStatement,
  ProvenOpening,
  ProvenOpeningRequest,
  ProvenPartialsRequest,
} from './opening-proof/types.js';
export { sha256Hex } from './bfv/hashing.js';
export { createEngine } from './engine/engine.js';
export {
  FORMER_PASSPHRASE_COST,
  keyFromPassphrase,
  MINIMUM_PASSPHRASE,
  PASSPHRASE_COST,
  type PassphraseCost,
} from './bfv/secret-file.js';
export { AdditionKernel } from './bfv/addition-kernel.js';
export * from './packing/index.js';
export * from './threshold/index.js';
export type { Fault } from './bfv/residues.js';

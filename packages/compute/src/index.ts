export { ComputeError, type ComputeErrorCode, type ComputeErrorDetails } from './errors.js';
export { DEFAULT_PROFILE, PROFILE_NAMES, profileOf } from './profiles.js';
export type { Profile, ProfileName } from './profiles.js';
export { boundOf, PROGRAM_NAMES, type Program, type ProgramName } from './programs.js';
export { checkBound, freshBound, type Bound, type ValueRange } from './bounds.js';
export * from './packing/index.js';
export type {
  BoundHashed,
  Engine,
  EngineOptions,
  EvaluateOptions,
  Handle,
  Hashed,
  NamedInput,
  Progress,
  RequestOptions,
  Scope,
} from './types.js';
export { sha256Hex } from './hashing.js';
export * from './threshold/index.js';
export { createEngine } from './engine.js';
export { keyFromPassphrase, MINIMUM_PASSPHRASE } from './secret-file.js';

export { ComputeError, type ComputeErrorCode, type ComputeErrorDetails } from './errors.js';
export {
  DEFAULT_PROFILE,
  PROFILE_NAMES,
  profileOf,
  type Profile,
  type ProfileName,
} from './profiles.js';
export { boundOf } from './programs.js';
export { checkBound, freshBound } from './bounds.js';
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
export { createEngine } from './engine.js';
export { keyFromPassphrase, MINIMUM_PASSPHRASE } from './secret-file.js';
export * from './packing/index.js';
export * from './threshold/index.js';
export { AdditionKernel } from './addition-kernel.js';

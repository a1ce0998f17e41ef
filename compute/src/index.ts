export { ComputeError, type ComputeErrorCode, type ComputeErrorDetails } from './errors.js';
export { DEFAULT_PROFILE, PROFILE_NAMES, profileOf } from './profiles.js';
export type { Profile, ProfileName } from './profiles.js';
export type {
  ContributionContext,
  Engine,
  EngineOptions,
  Hashed,
  NewShare,
  SecretShare,
} from './types.js';
export { commitmentOf, sha256Hex } from './hashing.js';
export { createEngine } from './engine.js';
export { readShare, writeShare } from './share-file.js';

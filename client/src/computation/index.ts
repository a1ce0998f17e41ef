import '../node-version.js';

export {
  ComputationClient,
  type PackageEvidence,
  type TrialContent,
} from './computation-client.js';
export { type Frames, joinFrames, splitFrames } from '@salus/crypto/letter';
export { Post, type PostOptions } from './letters.js';
export { type OpenedResult, openResult, type OpenOptions } from './open-result.js';
export { PROOF_FRAME } from './proven-partials.js';
export {
  hashOfOpened,
  inOrderOfShares,
  isWhatWasOpened,
  openedValues,
} from '@salus/protocol/computation';
export {
  checkProof,
  contributorOf,
  proveValues,
  type HashedBytes,
  type ProofParts,
  type ProvenValues,
  type ValuesToProve,
} from './proven-values.js';
export { requireCommittee } from './require-committee.js';
export { seededPublicKey } from './seeded-public-key.js';
export type { NoiseContent, OpeningContent, ProvenPartials, ShareBytes } from './transient.js';

export { checkNewCommittee, holderSets, sharesHeldBy } from './committee.js';
export {
  commitmentOf,
  fingerprintOf,
  partFingerprint,
  reshareHash,
  trialLabel,
} from './commitment.js';
export {
  destroyMemberKey,
  readMemberKey,
  writeMemberKey,
  type KeyProtection,
  type KeyWrapper,
} from './member-key-file.js';
export { wipeKey } from './member-key.js';
export { derivesContributions } from './reshared-contribution.js';
export {
  examineDealt,
  examinePartials,
  type DealtExamination,
  type Examination,
} from './examination.js';
export type {
  AcceptedShare,
  Committee,
  Contribution,
  DealingContext,
  DealtKey,
  DealtShare,
  HeldShare,
  HolderSet,
  MemberKey,
  PartialOpening,
  PostedHash,
  ReceivedPart,
  ResharedShare,
  ResharePart,
  Resharing,
  ThresholdOperations,
} from './types.js';

export { readChannelConfig, type ChannelTrust } from './channel-config.js';
export { collectReceipt, fetchChannelConfig, type ReceiptSource } from './collect-receipt.js';
export { readReceipt, writeReceipt, type DecisionReceipt } from './receipt.js';
export { verifyReceipt, type VerifiedReceipt, type VerifyOptions } from './verify-receipt.js';
export {
  answerOf,
  collectSignedAnswers,
  signedAnswers,
  verifySignedAnswers,
  type ProvenAnswer,
  type SignedAnswers,
  type SignedAnswersExpectation,
  type SignedQuery,
} from './signed-answers.js';
export {
  collectSignedTrail,
  collectTrailPage,
  signedTrail,
  verifySignedTrail,
  type SignedTrail,
  type TrailOptions,
  type VerifiedTrail,
} from './signed-trail.js';

import '../node-version.js';

export {
  collectReceipt,
  describeTransaction,
  fetchChannelConfig,
  type ReceiptSource,
} from './collect-receipt.js';
export { collectSignedAnswers, type SignedQuery } from './collect-signed-answers.js';
export { collectSignedTrail, collectTrailPage } from './collect-trail.js';

export { readChannelConfig, type ChannelTrust } from './channel-config.js';
export { collectReceipt, fetchChannelConfig, type ReceiptSource } from './collect-receipt.js';
export { readReceipt, writeReceipt, type DecisionReceipt } from './receipt.js';
export { verifyReceipt, type VerifiedReceipt, type VerifyOptions } from './verify-receipt.js';

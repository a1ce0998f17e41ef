/** The purpose of keys for claims; this chaincode's own contract serves it. */
export const CLAIMS_PURPOSE = 'claims';

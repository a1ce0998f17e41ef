import '../node-version.js';

export { type Identity, resolveIdentity } from './identity.js';
export { newKeySigner } from './signer.js';

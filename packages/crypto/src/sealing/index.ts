export { CONTENT_KEY_BYTES, ciphertextLength } from './content-format.js';
export {
  decryptChunks,
  decryptContent,
  decryptStream,
  encryptContent,
  encryptStream,
  generateContentKey,
  type ByteSource,
} from './content.js';
export {
  generateHpkeKeyPair,
  openSealed,
  sealTo,
  type HpkeKeyPair,
  type SealContext,
  type SealedBox,
} from './hpke.js';
export {
  categoryContentContext,
  categoryKeyContext,
  contentKeyContext,
  custodianContext,
  type CategoryEpoch,
  type CustodianBinding,
} from './seal-contexts.js';
export { categoryTag, episodeTag, labelTag } from './tags.js';

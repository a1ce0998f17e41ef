export { ContentDecryptor } from './content-decryptor.js';
export { CONTENT_KEY_BYTES, PREFIX_BYTES } from './content-format.js';
export { type ByteSource, decryptContent, encryptStream, generateContentKey } from './content.js';
export {
  deriveHpkeKeyPair,
  generateHpkeKeyPair,
  type HpkeKeyPair,
  openSealed,
  type SealContext,
  type SealedBox,
  sealTo,
} from './hpke.js';
export { PieceCutter } from './piece-cutter.js';
export {
  categoryContentContext,
  categoryKeyContext,
  contentKeyContext,
  type CustodianBinding,
  custodianContext,
} from './seal-contexts.js';
export { categoryTag, episodeTag, labelTag, type SecurityLabel } from './tags.js';

export {
  CONTENT_KEY_BYTES,
  decryptChunks,
  decryptContent,
  encryptContent,
  generateContentKey,
} from './content.js';
export {
  generateHpkeKeyPair,
  openSealed,
  sealTo,
  type HpkeKeyPair,
  type SealContext,
  type SealedBox,
} from './hpke.js';

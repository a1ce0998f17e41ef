export { categoryTag, labelTag, type SecurityLabel, episodeTag } from './tags.js';
export { ContentDecryptor } from './content-decryptor.js';
export { PREFIX_BYTES, CONTENT_KEY_BYTES } from './content-format.js';
export { encryptStream, type ByteSource, generateContentKey, decryptContent } from './content.js';
export { PieceCutter } from './piece-cutter.js';
export type { EncryptionOptions } from './content-encryptor.js';

export * from './api.js';
export * from './ciphertext-use.js';
export * from './lineage.js';
export * from './opened-values.js';
export * from './opening.js';
export * from './opening-id.js';
export * from './programs.js';
export * from './purpose.js';

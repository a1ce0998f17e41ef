export * from './api.js';
export * from './ciphertext-use.js';
export * from './lineage.js';
export * from './opening.js';
export * from './programs.js';
export * from './purpose.js';
export * from './statistics-rule.js';

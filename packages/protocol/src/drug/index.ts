export * from './api.js';
export * from './gs1.js';
export * from './sgtin.js';
export * from './pack-leaf.js';

export * from './api.js';
export * from './lineage.js';
export * from './opening.js';
export * from './programs.js';
export * from './purpose.js';

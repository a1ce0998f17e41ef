export * from './api.js';
export * from './opening.js';
export * from './programs.js';
export * from './statistics-rule.js';

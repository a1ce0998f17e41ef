export * from './api.js';
export * from './kinds.js';

export * from './api.js';
export * from './figure.js';
export * from './cohort.js';
export * from './opening.js';
export * from './purpose.js';

export * from './amounts.js';
export * from './api.js';
export * from './opening.js';
export * from './purpose-name.js';
export * from './purpose.js';
export * from './totals.js';

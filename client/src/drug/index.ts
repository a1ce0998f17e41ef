import '../node-version.js';

export { registerPackedBatch } from './packing.js';

export { registerPackedBatch } from './packing.js';

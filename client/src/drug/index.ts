export { packLeaf } from './pack-leaf.js';
export { registerPackedBatch } from './packing.js';

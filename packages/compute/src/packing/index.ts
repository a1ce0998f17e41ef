export { packCategories, unpackCategories } from './categories.js';
export { fromFixedPoint, toFixedPoint } from './fixed-point.js';
export { binOf, packHistogram, percentileOf } from './histogram.js';
export { decodeStatistics, packStatistics, standardScore, type Statistics } from './statistics.js';

/** The rules of openings, for those who judge again what the ledger decided. */
export { decideOpening, slotsOf, type OpeningQuestion, type OpeningRule } from './opening.js';
export { statisticsRule } from './statistics.js';

import { SemanticsContract } from './semantics-contract.js';

export { SemanticsContract };
export const contracts = [SemanticsContract];

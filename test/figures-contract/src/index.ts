import { FiguresContract } from './figures-contract.js';

export { FiguresContract };
export const contracts = [FiguresContract];

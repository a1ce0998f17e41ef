import type { SubjectTerms } from '../computation/ciphertext-use.js';
import { STATISTICS_SLOTS } from '../computation/programs.js';
import { PURPOSE, type StudyTerms } from './api.js';

/** What the ledger keeps of each figure of a study; contract and client agree on it by this. */
export function aboutFigure(
  { studyId, measure, period, range, kind }: StudyTerms,
  { maxValue }: { readonly maxValue: number },
): SubjectTerms {
  return {
    purpose: PURPOSE,
    subject: studyId,
    measure,
    period,
    // The limbs of x² take all values from 0 to the profile's greatest.
    range: { least: Math.min(0, range.least), most: maxValue },
    slots: figureSlots(kind),
  };
}

/** Slots of a figure: its statistics, and behind them its bins where the study has some. */
export function figureSlots(kind: StudyTerms['kind']): number {
  return STATISTICS_SLOTS + (kind.name === 'histogram' ? kind.edges.length + 1 : 0);
}

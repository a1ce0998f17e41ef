import type { SubjectTerms } from '../computation/ciphertext-use.js';
import { STATISTICS_SLOTS } from '../computation/programs.js';
import { PURPOSE, type StudyTerms } from './api.js';

/** What the ledger keeps of each figure of a study; contract and client agree on it by this. */
export function aboutFigure(
  terms: StudyTerms,
  { maxValue }: { readonly maxValue: number },
): SubjectTerms {
  const { studyId, period, range, kind } = terms;
  return {
    purpose: PURPOSE,
    subject: studyId,
    measure: openedMeasureOf(terms),
    period,
    // The limbs of x² take all values from 0 to the profile's greatest.
    range: { least: Math.min(0, range.least), most: maxValue },
    slots: figureSlots(kind),
  };
}

/**
 * What computation knows a study's figures by: a contributor's measure of a period enters one opening ever,
 * and one more for each implausible one. No measure has a space in its name.
 */
export function openedMeasureOf({
  measure,
  repeats,
}: Pick<StudyTerms, 'measure' | 'repeats'>): string {
  return repeats === undefined ? measure : `${measure} ${repeats}`;
}

/** Slots of a figure: its statistics, and behind them its bins where the study has some. */
export function figureSlots(kind: StudyTerms['kind']): number {
  return STATISTICS_SLOTS + (kind.name === 'histogram' ? kind.edges.length + 1 : 0);
}

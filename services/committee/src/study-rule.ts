import type { StatisticsClient } from '@salus/client/statistics';
import { PURPOSE, studyRule } from '@salus/protocol/statistics';
import type { RuleSource } from './judge.js';

/** Of the openings of studies: the contract's own rule, on the study that the own peer tells. */
export function studyOpeningRule(statistics: Pick<StatisticsClient, 'getStudy'>): RuleSource {
  return async ({ opening, lineage }) => {
    const { evaluationId } = lineage.evaluation;
    const studyId = studyOf(evaluationId);
    if (studyId === undefined) return undefined;
    const { terms, cohort = [], ...study } = await statistics.getStudy(studyId);
    const isOfStudy =
      study.evaluationId === evaluationId &&
      study.openingId === opening.openingId &&
      terms.keyId === opening.keyId;
    if (!isOfStudy) return undefined;
    return studyRule({
      // The ledger keeps no institution of the requester; endorsers have checked it.
      isContributor: cohort.some(({ mspId }) => mspId === opening.requestedBy),
      cohort,
      terms,
      // No opening is permitted after a record, so a record is of this one.
      isRecorded: false,
    });
  };
}

/** From `joint-statistics:<study>.<round>`. */
function studyOf(evaluationId: string): string | undefined {
  const end = evaluationId.lastIndexOf('.');
  const isNamed = evaluationId.startsWith(`${PURPOSE}:`) && end > 0;
  return isNamed ? evaluationId.slice(PURPOSE.length + 1, end) : undefined;
}

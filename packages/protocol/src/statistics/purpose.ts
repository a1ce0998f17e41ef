import type { OpeningRule } from '../computation/opening.js';
import type {
  ComputationPurpose,
  ContentQuestion,
  OpeningOnLedger,
} from '../computation/purpose.js';
import { PURPOSE, type Study } from './api.js';
import { studyRule } from './opening.js';

/** What the rules for studies ask of the ledger. */
export interface StudyFacts {
  getStudy(studyId: string): Promise<Study>;
}

/** Figures of studies: opened to publishers that contribute nothing, see {@link studyRule}. */
export const studyPurpose: ComputationPurpose<StudyFacts> = {
  purpose: PURPOSE,
  openingRule: ruleOfStudy,
  contentRule: { by: 'study', refuse: refuseContent },
  // By dropOut: a frozen cohort would stay so for ever, and the figure's period used up.
  isWithdrawnBeside: true,
};

/** Role of those who act for a committee's member. */
const OFFICER = 'committee';

async function ruleOfStudy(
  { opening, lineage }: OpeningOnLedger,
  ledger: StudyFacts,
): Promise<OpeningRule | undefined> {
  const { evaluationId } = lineage.evaluation;
  const studyId = studyOf(evaluationId);
  if (studyId === undefined) return undefined;
  const { terms, cohort = [], ...study } = await ledger.getStudy(studyId);
  const isOfStudy =
    study.evaluationId === evaluationId &&
    study.openingId !== undefined &&
    terms.keyId === opening.keyId;
  if (!isOfStudy) return undefined;
  const { repeats } = terms;
  const repeated = repeats === undefined ? undefined : await ledger.getStudy(repeats);
  return studyRule({
    // The ledger keeps no institution of the requester; endorsers have checked it.
    isContributor: cohort.some(({ mspId }) => mspId === opening.requestedBy),
    cohort,
    terms,
    repeated,
    // No opening is permitted after a record, so a record is of this one.
    isRecorded: isRepeatedElsewhere(repeated, studyId),
  });
}

/** Whether another study repeats the same one, and was permitted before. */
export function isRepeatedElsewhere(
  repeated: Pick<Study, 'repeatedBy'> | undefined,
  studyId: string,
): boolean {
  return repeated?.repeatedBy !== undefined && repeated.repeatedBy !== studyId;
}

/** From `joint-statistics:<study>.<round>`. */
function studyOf(evaluationId: string): string | undefined {
  const end = evaluationId.lastIndexOf('.');
  const isNamed = evaluationId.startsWith(`${PURPOSE}:`) && end > 0;
  return isNamed ? evaluationId.slice(PURPOSE.length + 1, end) : undefined;
}

/**
 * A study's contributions go to the analysts of those who may close it: its opener, and from the end
 * of contributions on every participant. As long as institutions may join, nobody is shown any: they could
 * join with one that is made of another's (docs/compute.md). The proof of a contribution goes to the same, and to
 * officers of the committee: before anybody asks for an opening, it shows whether the committee will find it.
 */
async function refuseContent(
  { id, mspId, role, hash, now }: ContentQuestion,
  ledger: StudyFacts,
): Promise<string | undefined> {
  const { participants, openedBy, status, terms } = await ledger.getStudy(id);
  if (status === 'JOINING') return 'institutions may still join the study';
  const contributions = participants.flatMap(({ contribution }) => contribution ?? []);
  const isProof = contributions.some(({ proofHash }) => proofHash === hash);
  const isContributed = contributions.some(({ ciphertextHash }) => ciphertextHash === hash);
  if (!isProof && !isContributed) return 'it is no contribution to the study';
  if (isProof && role === OFFICER && terms.committee.members.includes(mspId)) return undefined;
  if (role !== 'analyst' || !participants.some((one) => one.mspId === mspId)) {
    return 'the asker does not take part in the study';
  }
  const isCollecting = status === 'CONTRIBUTING' && now <= Date.parse(terms.deadline);
  const isEarly = isCollecting && mspId !== openedBy.mspId;
  return isEarly ? 'the study still takes contributions' : undefined;
}

import type { RegisteredCiphertext } from '../computation/api.js';
import { PURPOSE, type CohortMember } from './api.js';
import { studyRule, type StudyOpening } from './opening.js';

const cohort: CohortMember[] = ['AMSP', 'BMSP'].flatMap((mspId) =>
  [1, 2, 3, 4, 5].map((index) => ({
    mspId,
    institution: `i${index}`,
    ciphertextHash: `${mspId} ${index}`,
  })),
);
const contributionsOf = (members: readonly CohortMember[]) =>
  members.map(({ ciphertextHash }) => ({ ciphertextHash }) as RegisteredCiphertext);
const requester = { mspId: 'AMSP', role: 'analyst' };
const publishers = ['XMSP', 'YMSP'];
const terms = { minimumCohort: 6, minimumOfOthers: 5, coalition: 1, publishers };
const study: StudyOpening = {
  isContributor: true,
  cohort,
  terms,
  repeated: undefined,
  isRecorded: false,
};

function decide(
  change: Partial<StudyOpening>,
  recipients: readonly string[] = ['YMSP', 'XMSP'],
  contributions = contributionsOf(change.cohort ?? cohort),
) {
  return studyRule({ ...study, ...change }).refuse(requester, recipients, contributions);
}

describe('the opening of a study', () => {
  test('is granted to a contributor, for all publishers', () => {
    expect(decide({})).toBeUndefined();
  });

  test('is denied to others', () => {
    expect(decide({ isContributor: false })).toBe('REQUESTER_NOT_ENTITLED');
  });

  test.each([
    [['XMSP']],
    [['XMSP', 'XMSP']],
    [['XMSP', 'AMSP']],
    [['AMSP', 'BMSP']],
    [['XMSP', 'YMSP', 'AMSP']],
    [['XMSP', 'YMSP', 'YMSP']],
  ])('is denied for the recipients %s', (recipients) => {
    expect(decide({}, recipients)).toBe('RECIPIENTS_NOT_ENTITLED');
  });

  test('is denied to a publisher that contributes, whatever forged terms say', () => {
    const forged = ['AMSP', 'XMSP'];
    const asked = { terms: { ...terms, publishers: forged } };
    expect(decide(asked, forged)).toBe('RECIPIENTS_NOT_ENTITLED');
  });

  test('is denied to a single publisher, whatever forged terms say', () => {
    for (const forged of [['XMSP'], ['XMSP', 'XMSP']]) {
      const asked = { terms: { ...terms, publishers: forged } };
      expect(decide(asked, ['XMSP'])).toBe('RECIPIENTS_NOT_ENTITLED');
    }
  });

  test('is denied before there is a result', () => {
    expect(decide({ cohort: [], isContributor: false }, [])).toBe('NOT_EVALUATED');
  });

  test('is denied where the result is not of exactly the cohort', () => {
    const all = contributionsOf(cohort);
    const [first] = all;
    if (!first) throw new Error('no contribution');
    const other = { ciphertextHash: 'other' } as RegisteredCiphertext;
    for (const contributions of [all.slice(1), [...all, first], [other, ...all.slice(1)]]) {
      expect(decide({}, undefined, contributions)).toBe('NOT_EVALUATED');
    }
  });

  test('is denied to a cohort that is too small', () => {
    expect(decide({ cohort: cohort.slice(1) })).toBe('COHORT_TOO_SMALL');
    expect(decide({ terms: { ...terms, minimumCohort: 11 } })).toBe('COHORT_TOO_SMALL');
  });

  test('is denied once a result is on record', () => {
    expect(decide({ isRecorded: true })).toBe('ALREADY_OPENED');
  });

  test('is denied where the difference to the study that is done again tells a figure', () => {
    const repeated = { cohort, participants: cohort, terms: {} };
    expect(decide({ repeated })).toBeUndefined();
    const more = [...cohort, { mspId: 'CMSP', institution: 'i1', ciphertextHash: 'c' }];
    expect(decide({ repeated: { ...repeated, cohort: more } })).toBe('ALREADY_OPENED');
  });

  test('is of sums alone, and recorded by all publishers together', () => {
    const rule = studyRule(study);
    expect(rule).toMatchObject({
      purpose: PURPOSE,
      programs: ['statistics.v1'],
    });
    const recipients = ['YMSP', 'XMSP'];
    expect(rule.recorders(recipients)).toEqual(['XMSP', 'YMSP']);
    expect(recipients).toEqual(['YMSP', 'XMSP']);
    expect(rule.reader('XMSP')).toBe('analyst');
  });
});

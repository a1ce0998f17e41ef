import type { Lineage, Opening, RegisteredCiphertext } from '../computation/api.js';
import { openingRuleBy } from '../computation/purpose.js';
import type { Study, StudyTerms } from './api.js';
import { studyPurpose } from './purpose.js';

const terms = {
  keyId: 'k1',
  minimumCohort: 6,
  minimumOfOthers: 5,
  coalition: 1,
  publishers: ['XMSP', 'YMSP'],
};

describe('the rule for the opening of a study', () => {
  const evaluationId = 'joint-statistics:cost.q1.2';
  const cohort = [{ mspId: 'AMSP', institution: 'i', ciphertextHash: 'h' }];
  const study = {
    terms,
    status: 'FROZEN',
    cohort,
    evaluationId,
    openingId: 'o1',
  } as unknown as Study;
  const opening = { openingId: 'o1', keyId: 'k1', requestedBy: 'AMSP' } as Opening;
  const asked: string[] = [];
  const ruleOf = (
    found: Study,
    change: Partial<Opening> = {},
    id = evaluationId,
    earlier: Partial<Study> = {},
  ) => {
    const getStudy = (studyId: string) => {
      asked.push(studyId);
      return Promise.resolve(studyId === 'earlier' ? (earlier as Study) : found);
    };
    const lineage = { evaluation: { evaluationId: id } } as Lineage;
    const about = { opening: { ...opening, ...change }, lineage };
    return openingRuleBy(studyPurpose, about, { getStudy });
  };
  const requester = { mspId: 'AMSP', role: undefined };

  it('judges cohort and recipients', async () => {
    const rule = await ruleOf(study);
    expect(asked.at(-1)).toBe('cost.q1');
    expect(rule?.purpose).toBe('joint-statistics');
    expect(rule?.refuse(requester, ['BMSP'], [])).toBe('RECIPIENTS_NOT_ENTITLED');
    expect(rule?.refuse(requester, ['XMSP', 'YMSP'], [])).toBe('NOT_EVALUATED');
    const outsider = await ruleOf(study, { requestedBy: 'BMSP' });
    expect(outsider?.refuse(requester, ['AMSP'], [])).toBe('REQUESTER_NOT_ENTITLED');
  });

  it('judges by the study that is done again, and by which study does so', async () => {
    const ten = ['AMSP', 'BMSP'].flatMap((mspId) =>
      [1, 2, 3, 4, 5].map((index) => {
        const institution = `i${index}`;
        return { mspId, institution, ciphertextHash: `${mspId} ${institution}` };
      }),
    );
    const again = {
      ...study,
      cohort: ten,
      terms: { ...terms, repeats: 'earlier' },
    } as unknown as Study;
    const reasonOf = async (earlier: Partial<Study>) => {
      const rule = await ruleOf(again, {}, evaluationId, earlier);
      expect(asked.at(-1)).toBe('earlier');
      return rule?.refuse(requester, ['XMSP', 'YMSP'], ten as unknown as RegisteredCiphertext[]);
    };
    const earlier = { cohort: ten, participants: [], terms: terms as unknown as StudyTerms };
    expect(await reasonOf(earlier)).toBeUndefined();
    expect(await reasonOf({ ...earlier, repeatedBy: 'cost.q1' })).toBeUndefined();
    expect(await reasonOf({ ...earlier, repeatedBy: 'another' })).toBe('ALREADY_OPENED');
    expect(await reasonOf({ ...earlier, cohort: ten.slice(1) })).toBe('ALREADY_OPENED');
  });

  it('is none where study, evaluation and opening do not belong together', async () => {
    expect(await ruleOf(study, {}, 'cost.q1.2')).toBeUndefined();
    expect(await ruleOf(study, {}, 'joint-statistics:cost')).toBeUndefined();
    const { openingId: _, ...unasked } = study;
    expect(await ruleOf(unasked)).toBeUndefined();
    expect(await ruleOf(study, { keyId: 'k2' })).toBeUndefined();
    expect(await ruleOf({ ...study, evaluationId: 'other' })).toBeUndefined();
  });
});

describe('a contribution to a study', () => {
  const DEADLINE = '2026-06-01T00:00:00.000Z';
  const BEFORE = Date.parse(DEADLINE);
  const participants = ['AMSP', 'BMSP'].map((mspId) => ({
    mspId,
    institution: 'i',
    joinedAt: '',
    contribution: {
      ciphertextHash: `of ${mspId}`,
      proofHash: `proof of ${mspId}`,
      by: '',
      at: '',
    },
  }));
  const committee = { members: ['CMSP', 'DMSP'], threshold: 2 };
  const refuse = (question: object, status = 'CONTRIBUTING') => {
    const openedBy = { mspId: 'AMSP', institution: 'i' };
    const study = { participants, openedBy, status, terms: { deadline: DEADLINE, committee } };
    const getStudy = () => Promise.resolve(study as unknown as Study);
    const asker = { mspId: 'BMSP', role: 'analyst' };
    const asked = { id: 's1', ...asker, hash: 'of AMSP', now: BEFORE, ...question };
    return studyPurpose.contentRule?.refuse(asked, { getStudy });
  };

  it('goes to the opener at once, and to participants from the end of contributions on', async () => {
    expect(await refuse({ mspId: 'AMSP' })).toBeUndefined();
    expect(await refuse({ now: BEFORE + 1 })).toBeUndefined();
    expect(await refuse({}, 'CLOSED')).toBeUndefined();
  });

  it('goes with its proof; officers of the committee see whether that is there', async () => {
    const hash = 'proof of AMSP';
    expect(await refuse({ hash, mspId: 'AMSP' })).toBeUndefined();
    expect(await refuse({ hash }, 'CLOSED')).toBeUndefined();
    expect(await refuse({ hash, mspId: 'CMSP', role: 'committee' })).toBeUndefined();
  });

  it.each([
    ["the committee's officers, but for its proof", { mspId: 'CMSP', role: 'committee' }, 'CLOSED'],
    [
      "the committee's other staff, nor its proof",
      { mspId: 'CMSP', role: 'analyst', hash: 'proof of AMSP' },
      'CLOSED',
    ],
    [
      "another organisation's officers, nor its proof",
      { mspId: 'EMSP', role: 'committee', hash: 'proof of AMSP' },
      'CLOSED',
    ],
    [
      "the committee's officers while institutions may join",
      { mspId: 'CMSP', role: 'committee', hash: 'proof of AMSP' },
      'JOINING',
    ],
    ['a participant while contributions are taken', {}, 'CONTRIBUTING'],
    ['anybody while institutions may join', { mspId: 'AMSP' }, 'JOINING'],
    ["a participant's staff of another role", { mspId: 'AMSP', role: 'billing' }, 'CLOSED'],
    ["a participant's staff without a role", { mspId: 'AMSP', role: undefined }, 'CLOSED'],
    ['an organisation that takes no part', { mspId: 'CMSP', now: BEFORE + 1 }, 'CLOSED'],
    ['who asks for something else by the study', { mspId: 'AMSP', hash: 'other' }, 'CLOSED'],
  ])('does not go to %s', async (_, question, status) => {
    expect(await refuse(question, status)).toEqual(expect.any(String));
  });
});

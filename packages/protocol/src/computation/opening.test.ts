import type { ProgramName } from '@salus/compute';
import type { Evaluation, RegisteredCiphertext } from '../api.js';
import type { KeyRecord } from '../records.js';
import {
  decideOpening,
  examine,
  isCohort,
  slotsOf,
  type OpeningQuestion,
  type OpeningRule,
} from './opening.js';
import { sharesHeldBy } from './shares.js';

const contributor = (mspId: string, id: string) => ({ contributor: { mspId, id } });
const contribution = (index: number, change: object = {}) =>
  ({
    ...contributor(`Org${index}`, 'x'),
    ciphertextHash: `c${index}`,
    measure: 'm',
    period: '2026-Q1',
    ...change,
  }) as RegisteredCiphertext;
const three = [contribution(0), contribution(1), contribution(2)];
/** A result of a program, with the names of those before it. */
const evaluated = (last: ProgramName, ...before: readonly ProgramName[]) =>
  ({
    resultHash: 'r',
    program: { name: last },
    programs: [last, ...before],
  }) as unknown as Evaluation;
const marker = { evaluationId: 'e', resultHash: 'r' };
const question: OpeningQuestion = {
  requester: { mspId: 'A', role: 'r' },
  recipients: ['A', 'B'],
  key: { status: 'ACTIVE', slotBudget: 10 } as KeyRecord,
  evaluation: evaluated('sum.v1'),
  contributions: three,
  markers: three.map(() => undefined),
  slots: 4,
  openedSlots: 6,
};
const rule: OpeningRule = {
  purpose: 'p',
  programs: ['sum.v1', 'mask.v1'],
  minimumCohort: 3,
  refuse: () => undefined,
  recorders: () => [],
};

describe('the decision on an opening', () => {
  test.each<[string, Partial<OpeningQuestion>, string]>([
    ['all is well', {}, 'ENTITLED'],
    [
      'the key is retired',
      { key: { status: 'RETIRED', slotBudget: 10 } as KeyRecord },
      'KEY_NOT_ACTIVE',
    ],
    ['nothing is evaluated', { evaluation: undefined }, 'NOT_EVALUATED'],
    [
      'a program on the way singles somebody out',
      {
        evaluation: evaluated('sum.v1', 'weighted-sum.v1'),
      },
      'PROGRAM_NOT_OPENABLE',
    ],
    [
      'contributors were masked before they were added up, each to slots of its own',
      { evaluation: evaluated('sum.v1', 'mask.v1') },
      'PROGRAM_NOT_OPENABLE',
    ],
    ['the sum was masked', { evaluation: evaluated('mask.v1', 'sum.v1') }, 'ENTITLED'],
    [
      'figures of another measure hide nothing',
      { contributions: [...three.slice(1), contribution(0, { measure: 'other' })] },
      'MEASURES_DIFFER',
    ],
    [
      'figures are of different periods',
      { contributions: [...three.slice(1), contribution(0, { period: '2026-Q2' })] },
      'MEASURES_DIFFER',
    ],
    [
      'a ciphertext went in twice',
      { contributions: [...three, contribution(0)] },
      'INPUT_REPEATED',
    ],
    [
      'a ciphertext is withdrawn',
      {
        contributions: [
          ...three.slice(1),
          contribution(0, { withdrawn: { reason: 'ERRONEOUS', at: 't' } }),
        ],
      },
      'INPUT_WITHDRAWN',
    ],
    ['the cohort is too small', { contributions: three.slice(1) }, 'COHORT_TOO_SMALL'],
    [
      'one contributor was opened with others',
      { markers: [undefined, { ...marker, resultHash: 'other' }, undefined] },
      'ALREADY_OPENED',
    ],
    ['the budget is used up', { openedSlots: 7 }, 'SLOT_BUDGET_EXHAUSTED'],
    [
      'the budget is used up, by this very result',
      { openedSlots: 7, markers: [marker, marker, marker] },
      'ENTITLED',
    ],
    [
      'only some were opened in this very result',
      { openedSlots: 7, markers: [marker, undefined, marker] },
      'SLOT_BUDGET_EXHAUSTED',
    ],
  ])('when %s', (_name, change, reason) => {
    expect(decideOpening({ ...question, ...change }, rule)).toBe(reason);
  });

  test('asks the purpose first', () => {
    const refuse: OpeningRule['refuse'] = ({ mspId }, recipients, contributions) =>
      mspId === 'A' && recipients.length === 2 && contributions === three
        ? 'REQUESTER_NOT_ENTITLED'
        : undefined;
    expect(decideOpening({ ...question, evaluation: undefined }, { ...rule, refuse })).toBe(
      'REQUESTER_NOT_ENTITLED',
    );
  });
});

describe('a cohort', () => {
  test('counts, for every organisation, the contributors of the others', () => {
    const own = ['a', 'b', 'c', 'd', 'e'].map((id) => contributor('Own', id));
    expect(isCohort([...own, contributor('Other', 'a')], 6)).toBe(false);
    const others = ['B', 'C', 'D', 'E', 'F'].map((mspId) => contributor(mspId, 'a'));
    expect(isCohort([contributor('A', 'a'), ...others], 6)).toBe(true);
    expect(isCohort(others, 6)).toBe(false);
    expect(isCohort([...others, ...others], 6)).toBe(false);
  });

  test('counts a contributor once, and organisations apart', () => {
    const twice = [contributor('A', 'a'), contributor('A', 'a'), contributor('B', 'a')];
    expect(isCohort(twice, 2)).toBe(true);
    expect(isCohort(twice, 3)).toBe(false);
    expect(isCohort([contributor('A', 'a')], 1)).toBe(true);
  });
});

test('an opening shows the slots of its mask, or all', () => {
  expect(slotsOf({ name: 'mask.v1', slots: [1, 5] }, 8192)).toBe(2);
  expect(slotsOf({ name: 'sum.v1' }, 8192)).toBe(8192);
});

describe('the posted hashes of partial openings', () => {
  const committee = { members: ['A', 'B', 'C'], threshold: 2 };
  const post = (...hashes: [string, string][]) =>
    hashes.map(([shareId, hash]) => ({ shareId, hash }));
  const a = post(['s0', 'h0'], ['s1', 'h1']);
  const b = post(['s0', 'h0'], ['s2', 'h2']);

  test('are too few at first', () => {
    const collecting = { status: 'COLLECTING', agreed: [], liars: [] };
    expect(examine(committee, new Map())).toEqual(collecting);
    expect(examine(committee, new Map([['A', a]]))).toEqual(collecting);
  });

  test('are enough from a threshold of members, in the order of the shares', () => {
    expect(
      examine(
        committee,
        new Map([
          ['B', b],
          ['A', a],
        ]),
      ),
    ).toEqual({
      status: 'RELEASABLE',
      agreed: post(['s0', 'h0'], ['s1', 'h1'], ['s2', 'h2']),
      liars: [],
    });
  });

  test('are in the order of the shares where the last one alone is confirmed', () => {
    const c = post(['s1', 'h1'], ['s2', 'h2']);
    const posted = new Map([
      ['C', c],
      ['B', b],
    ]);
    const { status, agreed } = examine(committee, posted);
    expect(status).toBe('RELEASABLE');
    expect(agreed).toEqual(post(['s0', 'h0'], ['s1', 'h1'], ['s2', 'h2']));
  });

  test('are too few as long as one share has none, whoever posted', () => {
    const status = (...posted: [string, typeof a][]) => examine(committee, new Map(posted)).status;
    expect(status(['A', a], ['B', post(['s0', 'h0'])])).toBe('COLLECTING');
    const all = post(['s0', 'h0'], ['s1', 'h1'], ['s2', 'h2']);
    expect(status(['A', all])).toBe('COLLECTING');
    expect(status(['A', a], ['D', all])).toBe('COLLECTING');
  });

  test('are never enough from fewer members than the threshold', () => {
    const four = { members: ['A', 'B', 'C', 'D'], threshold: 3 };
    const of = (...members: string[]) =>
      new Map(
        members.map((member) => [
          member,
          sharesHeldBy(four, member).map((shareId) => ({ shareId, hash: shareId })),
        ]),
      );
    for (const one of four.members) {
      for (const other of four.members) {
        expect(examine(four, of(one, other)).status).toBe('COLLECTING');
      }
    }
    expect(examine(four, of('A', 'B', 'D')).status).toBe('RELEASABLE');
  });

  test('are disputed where holders contradict each other', () => {
    const lie = post(['s1', 'lie'], ['s2', 'h2']);
    const posted = new Map([
      ['A', a],
      ['B', b],
      ['C', lie],
    ]);
    expect(examine(committee, posted)).toEqual({ status: 'DISPUTED', agreed: [], liars: [] });
  });

  test('name the liar where a majority contradicts it', () => {
    const four = { members: ['A', 'B', 'C', 'D'], threshold: 2 };
    const honest = post(['s0', 'h0'], ['s1', 'h1'], ['s2', 'h2']);
    const posted = new Map([
      ['A', honest],
      ['B', post(['s0', 'h0'], ['s1', 'h1'], ['s3', 'h3'])],
      ['C', post(['s0', 'lie'], ['s2', 'h2'], ['s3', 'h3'])],
    ]);
    expect(examine(four, posted)).toMatchObject({ status: 'RELEASABLE', liars: ['C'] });
  });
});

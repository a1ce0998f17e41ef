import type { Evaluation, RegisteredCiphertext } from './api.js';
import {
  decideOpening,
  isAgain,
  shownSlotsOf,
  slotsOf,
  type OpeningQuestion,
  type OpeningRule,
} from './opening.js';
import type { ProgramName } from './programs.js';

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
  key: { status: 'ACTIVE', slotBudget: 10 },
  evaluation: evaluated('sum.v1'),
  contributions: three,
  markers: three.map(() => undefined),
  slots: 4,
  openedSlots: 6,
};
const rule: OpeningRule = {
  purpose: 'p',
  programs: ['sum.v1'],
  refuse: () => undefined,
  reader: () => 'r',
  recorders: () => [],
};

describe('the decision on an opening', () => {
  test.each<[string, Partial<OpeningQuestion>, string]>([
    ['all is well', {}, 'ENTITLED'],
    ['the key is retired', { key: { status: 'RETIRED', slotBudget: 10 } }, 'KEY_NOT_ACTIVE'],
    ['nothing is evaluated', { evaluation: undefined }, 'NOT_EVALUATED'],
    [
      'a program on the way is not of the purpose',
      { evaluation: evaluated('sum.v1', 'statistics.v1') },
      'PROGRAM_NOT_OPENABLE',
    ],
    [
      'release 0.1.0 computed what singles somebody out',
      { evaluation: evaluated('sum.v1', 'weighted-sum.v1' as ProgramName) },
      'PROGRAM_NOT_OPENABLE',
    ],
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
  ])('tells the reason when %s', (_name, change, reason) => {
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

test('a result is opened again where all that is in it was opened in it before', () => {
  expect(isAgain([marker, marker])).toBe(true);
  expect(isAgain([marker, undefined])).toBe(false);
});

test('an opening counts all slots', () => {
  expect(slotsOf({ name: 'sum.v1' }, 8192)).toBe(8192);
});

describe('an opening shows', () => {
  const proven = (slots: number) => contribution(0, { proof: { slots } });

  test('the least that a contributor names', () => {
    expect(shownSlotsOf([proven(5)], 8192)).toBe(5);
    expect(shownSlotsOf([proven(5), proven(3), proven(8192)], 8192)).toBe(3);
  });

  test('all slots where nobody has proved for what', () => {
    expect(shownSlotsOf(three, 8192)).toBe(8192);
    expect(shownSlotsOf([contribution(0), proven(2)], 8192)).toBe(2);
  });
});

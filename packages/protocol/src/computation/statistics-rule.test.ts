import type { RegisteredCiphertext } from './api.js';
import { statisticsPurpose, statisticsRule } from './statistics-rule.js';

const contributions = ['A', 'B', 'C'].map(
  (mspId) => ({ contributor: { mspId, id: 'x' } }) as RegisteredCiphertext,
);
const refuse = (mspId: string, role: string | undefined, recipients: readonly string[]) =>
  statisticsRule.refuse({ mspId, role }, recipients, contributions);

describe('the rule of joint statistics', () => {
  test('opens what adds up, to a cohort of six', () => {
    expect(statisticsRule).toMatchObject({
      purpose: 'statistics',
      programs: ['sum.v1', 'statistics.v1', 'histogram.v1', 'mask.v1'],
      minimumCohort: 6,
    });
  });

  test('is the same for every opening of its purpose', () => {
    expect(statisticsPurpose).toEqual({ purpose: 'statistics', openingRule: statisticsRule });
  });

  test('entitles a contributor that asks for all contributors', () => {
    expect(refuse('A', 'r', ['B', 'C', 'A'])).toBeUndefined();
  });

  test.each([
    ['D', 'r'],
    ['A', undefined],
  ])('refuses %s with role %s', (mspId, role) => {
    expect(refuse(mspId, role, ['A', 'B', 'C'])).toBe('REQUESTER_NOT_ENTITLED');
  });

  test.each([[['A']], [['A', 'B']], [['A', 'B', 'D']], [['A', 'B', 'C', 'D']]])(
    'refuses %o as recipients',
    (recipients) => {
      expect(refuse('A', 'r', recipients)).toBe('RECIPIENTS_NOT_ENTITLED');
    },
  );

  test('has all recipients record, and their analysts read', () => {
    expect(statisticsRule.recorders(['A', 'B', 'C'])).toEqual(['A', 'B', 'C']);
    expect(statisticsRule.reader('A')).toBe('analyst');
  });
});

import type { RegisteredCiphertext } from './api.js';
import { statisticsRule } from './statistics-rule.js';

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

  test('entitles contributors who share with another', () => {
    expect(refuse('A', 'r', ['B', 'A'])).toBeUndefined();
  });

  test.each([
    ['D', 'r'],
    ['A', undefined],
  ])('refuses %s with role %s', (mspId, role) => {
    expect(refuse(mspId, role, ['A', 'B'])).toBe('REQUESTER_NOT_ENTITLED');
  });

  test.each([[['A']], [['B', 'C']], [['A', 'D']]])('refuses %o as recipients', (recipients) => {
    expect(refuse('A', 'r', recipients)).toBe('RECIPIENTS_NOT_ENTITLED');
  });

  test('has one recorder beside who asked', () => {
    const requester = { mspId: 'B', role: 'r' };
    expect(statisticsRule.recorders(requester, ['C', 'B', 'A'])).toEqual(['B', 'A']);
    expect(statisticsRule.recorders(requester, ['B'])).toEqual(['B']);
  });
});

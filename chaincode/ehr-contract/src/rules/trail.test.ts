import type { AuditEntry } from '@salus/protocol/ehr';
import { mergeTrail } from './trail.js';

const entry = (at: string, transactionId = at): AuditEntry => ({
  transactionId,
  at,
  action: 'ACCESS_DECIDED',
  by: { mspId: 'CityHospitalMSP', id: '00' },
});
const ids = (entries: readonly AuditEntry[]) => entries.map((one) => one.transactionId);

describe('the audit trail', () => {
  const grants = ['1', '3', '5', '7'].map((at) => entry(at, `g${at}`));

  test.each<[string, string | undefined, string | undefined, string[]]>([
    ['all', undefined, undefined, ['g1', '2', 'g3', 'g5', '6', 'g7']],
    ['the first page', undefined, '5', ['g1', '2', 'g3', '6']],
    ['a page between', '3', '5', ['2', 'g3', '6']],
    ['the last page', '5', undefined, ['2', 'g5', '6', 'g7']],
  ])('has the grants of the time of %s', (_page, from, to, expected) => {
    expect(ids(mergeTrail([entry('2'), entry('6')], grants, { from, to }))).toEqual(expected);
  });

  test('gives every grant to one page, wherever the pages are cut', () => {
    for (const cut of ['0', '1', '3', '4', '7', '8']) {
      const first = mergeTrail([], grants, { from: undefined, to: cut });
      const second = mergeTrail([], grants, { from: cut, to: undefined });
      expect([...first, ...second]).toEqual(grants);
    }
  });

  test('orders what happened at one time by transaction', () => {
    expect(ids(mergeTrail([entry('1', 'b')], [entry('1', 'c'), entry('1', 'a')], all))).toEqual([
      'a',
      'b',
      'c',
    ]);
  });
});

const all = { from: undefined, to: undefined };

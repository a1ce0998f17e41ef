import type { HealthRecord } from '@salus/protocol/ehr';
import { may } from '../test-support/patients.js';
import { refusalOf } from '../test-support/refusal.js';
import { erased, MOST_VERSIONS, requireFew, requirePurgeable } from './erasure.js';

const at = may(10);
const record = { recordId: 'r', custodian: 'AMSP' } as HealthRecord;
const ordered = erased(record, at);

describe('the erasure of a record', () => {
  test('is marked once, with the time of the first order', () => {
    expect(ordered).toStrictEqual({ ...record, erasedAt: at });
    expect(erased({ ...record, erasedAt: may(2) }, at)).toMatchObject({ erasedAt: may(2) });
  });
});

test('an order ends no more versions than one transaction writes', () => {
  const versions = Array.from({ length: MOST_VERSIONS }, () => record);
  expect(requireFew(versions)).toBe(versions);
  expect(refusalOf(() => requireFew([...versions, record]))).toBe(
    'ERR_TOO_LARGE records: The records of the order have too many versions (at most 500 versions, not 501)',
  );
});

describe('a purge of what describes a record', () => {
  const purge = (of: HealthRecord, by: string, holder: string, isEntitled = false) =>
    refusalOf(() => {
      requirePurgeable(of, { by, holder, isEntitled });
    });

  test.each([
    ['the custodian', 'its own copy', 'AMSP', 'AMSP'],
    ['the custodian', "another organisation's copy", 'AMSP', 'BMSP'],
    ['a holder', 'its own copy', 'BMSP', 'BMSP'],
  ])('of an erased record, by %s: %s', (_, _copy, by, holder) => {
    expect(purge(ordered, by, holder)).toBe('taken');
  });

  test.each([
    ['BMSP', 'AMSP', 'AMSP'],
    ['CMSP', 'BMSP', 'AMSP or BMSP'],
  ])('by %s of the copy at %s is refused', (by, holder, expected) => {
    expect(purge(ordered, by, holder)).toBe(
      `ERR_FORBIDDEN caller: The custodian or the holder purges details (${expected}, not ${by})`,
    );
  });

  test('of a copy that consent no longer covers needs no order', () => {
    expect(purge(record, 'AMSP', 'BMSP', false)).toBe('taken');
    expect(purge(record, 'BMSP', 'BMSP', false)).toBe('taken');
  });

  test.each([
    ["the custodian's own copy", 'AMSP', false],
    ['a copy that consent covers', 'BMSP', true],
  ])('of a record that stands is refused: %s', (_, holder, isEntitled) => {
    expect(purge(record, 'AMSP', holder, isEntitled)).toBe(
      'ERR_CONFLICT records: Nobody has ordered the erasure of the record, and consent lets it be known ' +
        '(an erased record, or a copy without consent, not neither)',
    );
  });
});

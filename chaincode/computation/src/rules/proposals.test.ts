import { DAY_MS } from '@salus/protocol';
import type { KeyStatus } from '@salus/protocol/computation';
import { counting, MOST_KEYS, requireRoomFor, type Proposal } from './proposals.js';

const START = Date.parse('2026-05-01T00:00:00.000Z');
const after = (ms: number) => new Date(START + ms).toISOString();
const proposal = (keyId: string, ms = 0): Proposal => ({ keyId, at: after(ms) });
const statuses = (...named: [string, KeyStatus][]) => new Map(named);

describe('the keys that count for their proposer', () => {
  test.each<[KeyStatus, boolean]>([
    ['PENDING', true],
    ['ACTIVE', true],
    ['FAILED', false],
    ['RETIRED', false],
  ])('are those that are %s a day later: %s', (status, counts) => {
    const found = counting([proposal('k')], statuses(['k', status]), after(DAY_MS));
    expect(found).toEqual(counts ? [proposal('k')] : []);
  });

  test('are all of the last day, whatever became of them', () => {
    const known = [proposal('failed'), proposal('retired', 1), proposal('gone', 2)];
    const of = statuses(['failed', 'FAILED'], ['retired', 'RETIRED']);
    expect(counting(known, of, after(DAY_MS))).toEqual(known.slice(1));
  });

  test('are fewer than the limit when another one is proposed', () => {
    const known = Array.from({ length: MOST_KEYS }, (_, index) => proposal(`k${index}`));
    expect(() => {
      requireRoomFor(known.slice(1), 'A');
    }).not.toThrow();
    expect(() => {
      requireRoomFor(known, 'A');
    }).toThrow(
      expect.objectContaining({
        code: 'ERR_TOO_MANY_KEYS',
        message: 'A has proposed too many keys',
        argument: 'keyId',
        expected: 'fewer than 256 keys that are open or were proposed within a day',
        got: '256',
      }) as Error,
    );
  });
});

import { DAY_MS } from '@salus/protocol';
import type { KeyStatus } from '@salus/protocol/computation';
import { counts, noRoomToPropose } from './proposals.js';

const START = Date.parse('2026-05-01T00:00:00.000Z');
const timeAt = (ms: number) => new Date(START + ms).toISOString();

describe('the proposal of a key', () => {
  const proposal = { keyId: 'k', at: timeAt(0) };

  test.each<[KeyStatus, boolean]>([
    ['PENDING', true],
    ['ACTIVE', true],
    ['FAILED', false],
    ['RETIRED', false],
  ])('counts a day later where the key is %s: %s', (status, expected) => {
    expect(counts(proposal, status, timeAt(DAY_MS))).toBe(expected);
  });

  test.each<KeyStatus>(['PENDING', 'ACTIVE', 'FAILED', 'RETIRED'])(
    'counts for a day, though the key is %s',
    (status) => {
      expect(counts(proposal, status, timeAt(DAY_MS - 1))).toBe(true);
    },
  );

  test('is refused where too many count', () => {
    expect(noRoomToPropose('A')).toMatchObject({
      code: 'ERR_TOO_MANY_KEYS',
      message: 'A has proposed too many keys',
      argument: 'keyId',
      expected: 'fewer than 256 keys that are open or were proposed within a day',
      got: '256',
    });
  });
});

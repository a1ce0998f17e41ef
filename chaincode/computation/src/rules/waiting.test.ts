import { MOST_WAITING, requireRoomToWait, stillWaiting, type Asked } from './waiting.js';

const now = '2026-05-01T00:00:00.000Z';
const asked = (openingId: string, change: Partial<Asked> = {}): Asked => ({
  ...{ openingId, epoch: 1, expiresAt: now },
  ...change,
});

describe('the openings that an organisation waits for', () => {
  test('are those that members still see to', () => {
    const all = [
      asked('waits'),
      asked('recorded'),
      asked('of an earlier epoch', { epoch: 0 }),
      asked('expired', { expiresAt: '2026-04-30T23:59:59.999Z' }),
      asked('waits too', { expiresAt: '2026-05-31T00:00:00.000Z' }),
    ];
    const waiting = stillWaiting(all, new Set(['recorded']), { epoch: 1, now });
    expect(waiting.map(({ openingId }) => openingId)).toEqual(['waits', 'waits too']);
  });

  test('are fewer than the limit when it asks for another one', () => {
    const all = Array.from({ length: MOST_WAITING }, (_, index) => asked(`o${index}`));
    expect(() => {
      requireRoomToWait(all.slice(1), 'A');
    }).not.toThrow();
    expect(() => {
      requireRoomToWait(all, 'A');
    }).toThrow(
      expect.objectContaining({
        code: 'ERR_QUOTA_EXCEEDED',
        message: 'A has asked for too many openings',
        argument: 'evaluationId',
        expected: 'fewer than 128 openings under the key that are not on record',
        got: '128',
        remedy: 'put openings on record that were answered, or wait until some have expired',
      }) as Error,
    );
  });
});

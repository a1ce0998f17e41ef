import { isWaiting, noRoomToWait } from './waiting.js';

const now = '2026-05-01T00:00:00.000Z';

describe('an opening that an organisation has asked for', () => {
  const asked = { openingId: 'o', keyId: 'k', epoch: 1, expiresAt: now };
  const on = { isRecorded: false, epoch: 1, now };

  test('waits while members see to it, up to the moment when it expires', () => {
    expect(isWaiting(asked, on)).toBe(true);
  });

  test.each([
    ['it is on record', { isRecorded: true }],
    ['the key has another epoch', { epoch: 2 }],
    ['the key is retired', { epoch: undefined }],
    ['it has expired', { now: '2026-05-01T00:00:00.001Z' }],
  ])('does not wait once %s', (_name, change) => {
    expect(isWaiting(asked, { ...on, ...change })).toBe(false);
  });

  test('is refused with a remedy where too many wait', () => {
    expect(noRoomToWait('A')).toMatchObject({
      code: 'ERR_QUOTA_EXCEEDED',
      message: 'A has asked for too many openings',
      argument: 'evaluationId',
      expected: 'fewer than 128 openings that are not on record',
      got: '128',
      remedy: 'put openings on record that were answered, or wait until some have expired',
    });
  });
});

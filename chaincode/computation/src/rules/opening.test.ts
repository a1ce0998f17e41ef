import type { OpeningRecord, StoredOpening } from '../state/records.js';
import { annulled, completed, expiryOf, isFor, renewed, requireUnanswered } from './opening.js';

const NOW = '2026-05-01T00:00:00.000Z';
const LATER = '2026-05-31T00:00:00.000Z';

describe('an opening', () => {
  const recipients = ['A', 'B'];
  const opening = { openingId: 'o', expiresAt: LATER, recipients } as unknown as OpeningRecord;

  test('expires thirty days after it was decided on', () => {
    expect(expiryOf(NOW)).toBe(LATER);
  });

  test('stays as it is when it is asked for again, and is renewed once it has expired', () => {
    expect(renewed(opening, undefined, NOW)).toBeUndefined();
    expect(renewed(opening, { recorders: [] }, LATER)).toBeUndefined();
    const after = '2026-05-31T00:00:00.001Z';
    const again = { ...opening, expiresAt: '2026-06-30T00:00:00.001Z' };
    expect(renewed(opening, undefined, after)).toEqual(again);
    expect(renewed(opening, { recorders: [] }, after)).toEqual(again);
    expect(renewed(opening, { recorders: [], openedHash: 'h' }, after)).toBeUndefined();
    expect(renewed(opening, { recorders: [], noisyAt: NOW }, after)).toBeUndefined();
  });

  test.each([
    [['A', 'B'], true],
    [['B', 'A'], true],
    [['A'], false],
    [['A', 'B', 'C'], false],
    [['A', 'C'], false],
  ])('is for the recipients %o: %s', (asked, expected) => {
    expect(isFor(opening, asked)).toBe(expected);
  });
});

describe('an opening that nobody has answered', () => {
  const after = '2026-05-31T00:00:00.001Z';
  const asked = (decidedAt: string, ...members: string[]) => ({
    opening: { decidedAt },
    posted: new Map(members.map((member) => [member, []])),
  });
  const refused = (got: string) =>
    expect.objectContaining({
      code: 'ERR_CONFLICT',
      message: 'the cohort is frozen',
      argument: 'studyId',
      expected: `an opening that nobody has answered by ${LATER}`,
      got,
    }) as Error;

  test('was in vain once its first time is over, however often it is renewed', () => {
    expect(() => {
      requireUnanswered([asked(NOW)], after);
      requireUnanswered([asked(LATER), asked(NOW)], after);
    }).not.toThrow();
  });

  test('is not in vain before, nor where a member answered in any epoch', () => {
    expect(() => {
      requireUnanswered([asked(NOW)], LATER);
    }).toThrow(refused(`0 answers at ${LATER}`));
    expect(() => {
      requireUnanswered([asked(LATER), asked(NOW, 'A')], after);
    }).toThrow(refused(`1 answers at ${after}`));
    expect(() => {
      requireUnanswered([], after);
    }).toThrow(expect.objectContaining({ code: 'ERR_CONFLICT' }) as Error);
  });

  test('is denied from then on', () => {
    const opening = { openingId: 'o', permitted: true, reason: 'ENTITLED', resultHash: 'r' };
    expect(annulled(opening as unknown as OpeningRecord, after)).toStrictEqual({
      openingId: 'o',
      permitted: false,
      reason: 'INPUT_WITHDRAWN',
      expiresAt: after,
    });
  });
});

describe('an opening that release 0.1.0 wrote', () => {
  const key = { committee: { members: ['A', 'B', 'C'], threshold: 2 }, epoch: 3 };
  const stored = { openingId: 'o1', decidedAt: NOW } as unknown as StoredOpening;

  test('is of the epoch of its record, for nobody to read', () => {
    expect(completed(stored, key, { recorders: ['A'], epoch: 1 })).toEqual({
      ...stored,
      committee: key.committee,
      epoch: 1,
      provable: false,
      shownSlots: 0,
      readers: {},
      recorders: ['A'],
      expiresAt: LATER,
    });
    expect(completed(stored, key, undefined)).toMatchObject({ epoch: 3, recorders: [] });
    expect(completed(stored, key, { recorders: [] })).toMatchObject({ epoch: 3 });
  });

  test('shows all slots that it counted', () => {
    const counted = { ...stored, slots: 8192 };
    expect(completed(counted, key, undefined)).toMatchObject({ shownSlots: 8192 });
  });

  test('keeps what it has', () => {
    const own = { epoch: 0, provable: true, readers: { A: 'r' }, recorders: ['B'], expiresAt: NOW };
    const committee = { members: ['D'], threshold: 2 };
    const whole = { ...stored, ...own, committee, slots: 8192, shownSlots: 2 };
    expect(completed(whole, key, { recorders: ['A'], epoch: 1 })).toEqual(whole);
  });
});

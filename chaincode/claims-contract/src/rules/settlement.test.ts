import type { OutcomeRecord } from '../state/records.js';
import { requireOutcome, settle } from './settlement.js';

const adjudicated: OutcomeRecord = { status: 'ADJUDICATED', openingId: 'o', adjudicationHash: 'h' };
const payment = { paymentReferenceHash: 'p', settledAt: 't' };
const conflict = (details: object) =>
  expect.objectContaining({ code: 'ERR_CONFLICT', argument: 'claimId', ...details }) as Error;

describe('settlement', () => {
  test('of an adjudicated claim keeps the adjudication', () => {
    expect(settle('c', adjudicated, 1, payment)).toEqual({
      status: 'SETTLED',
      openingId: 'o',
      adjudicationHash: 'h',
      paymentReferenceHash: 'p',
      settledAt: 't',
    });
  });

  test.each([
    [undefined, 'not opened'],
    [{ status: 'OPENING', openingId: 'o' } as const, 'OPENING'],
    [{ ...adjudicated, status: 'SETTLED' } as const, 'SETTLED'],
  ])('of a claim in another state is refused', (outcome, got) => {
    expect(() => settle('c', outcome, 1, payment)).toThrow(
      conflict({ message: 'claim c cannot take this step now', expected: 'ADJUDICATED', got }),
    );
  });

  test('of a claim with nothing to pay is refused', () => {
    expect(() => settle('c', adjudicated, 0, payment)).toThrow(
      conflict({ message: 'claim c was adjudicated to nothing' }),
    );
  });

  test('knows the outcome that it demands', () => {
    expect(requireOutcome('c', adjudicated, 'ADJUDICATED')).toBe(adjudicated);
  });
});

import { eventKey } from './keys.js';

const EARLY = '2026-05-01T00:00:00.000Z';
const LATE = '2026-05-02T00:00:00.000Z';

const order = (moves: number, at: string, moved = true) =>
  eventKey({ sscc: 's', moves, moved, at, transactionId: 't' }).attributes.join('\u0000');

test('events of a unit sort by its moves first, then by time', () => {
  expect(order(2, LATE) < order(10, EARLY)).toBe(true);
  expect(order(2, EARLY, false) < order(2, LATE, false)).toBe(true);
});

test('no clock puts what happens to a unit before the move that it follows', () => {
  expect(order(2, LATE) < order(2, EARLY, false)).toBe(true);
  expect(order(2, LATE, false) < order(3, EARLY)).toBe(true);
});

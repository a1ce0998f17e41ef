import { eventKey } from './keys.js';

const order = (moves: number, at: string) =>
  eventKey('s', moves, at, 't').attributes.join('\u0000');

test('events of a unit sort by its moves first, then by time', () => {
  const early = '2026-05-01T00:00:00.000Z';
  const late = '2026-05-02T00:00:00.000Z';
  expect(order(2, late) < order(10, early)).toBe(true);
  expect(order(2, early) < order(2, late)).toBe(true);
});

import { placesFor } from './places.js';
import { MOST_KEYS } from './proposals.js';
import { MOST_WAITING } from './waiting.js';

describe('the places of an organisation', () => {
  test.each([MOST_KEYS, MOST_WAITING])('are %i, and each name looks at all of them', (most) => {
    for (const name of ['k1', 'k2', '', 'ff'.repeat(32)]) {
      const places = placesFor(name, most);
      expect([...places].sort((one, other) => one - other)).toEqual([...Array(most).keys()]);
    }
  });

  test('are looked at by most names from another place on, and in another order', () => {
    const orders = Array.from({ length: 64 }, (_, index) => placesFor(`k${index}`, MOST_KEYS));
    expect(new Set(orders.map(([first]) => first)).size).toBeGreaterThan(48);
    expect(new Set(orders.map(String)).size).toBe(64);
  });

  test('are looked at by one name in one order, whoever endorses', () => {
    expect(placesFor('k1', 8)).toEqual(placesFor('k1', 8));
  });
});

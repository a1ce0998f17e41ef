import { inOrderOfShares } from './shares.js';

test('shares are in the order of their numbers, and what is ordered stays as it is', () => {
  const given = ['s10', 's2', 's0', 's1'].map((shareId) => ({ shareId }));
  expect(inOrderOfShares(given).map(({ shareId }) => shareId)).toEqual(['s0', 's1', 's2', 's10']);
  expect(given[0]).toEqual({ shareId: 's10' });
});

import { orderOf } from './erasure.js';

test('an order ends all versions of the records, unless it means the named ones', () => {
  expect(orderOf({ records: ['r1'] })).toEqual({ records: ['r1'], versions: 'ALL' });
  expect(orderOf({ records: ['r1', 'r2'], versions: 'NAMED' })).toEqual({ records: ['r1', 'r2'] });
});

import fc from 'fast-check';
import { tokenOrder } from './uses.js';

const hex = fc.uint8Array({ minLength: 32, maxLength: 32 });
const transactionId = hex.map((bytes) => Buffer.from(bytes).toString('hex'));

test('every token is tried once', () => {
  fc.assert(
    fc.property(transactionId, fc.integer({ min: 1, max: 100 }), (id, maxUses) => {
      const all = Array.from({ length: maxUses }, (_, index) => index + 1);
      expect([...tokenOrder(id, maxUses)].sort((a, b) => a - b)).toEqual(all);
    }),
  );
});

test('the transaction says where to begin', () => {
  expect(tokenOrder(`${'0'.repeat(11)}5${'f'.repeat(52)}`, 3)).toEqual([3, 1, 2]);
  expect(tokenOrder('0'.repeat(64), 3)).toEqual([1, 2, 3]);
  // 0x100000000000 leaves 4 when it is divided by 7.
  expect(tokenOrder(`1${'0'.repeat(63)}`, 7)[0]).toBe(5);
});

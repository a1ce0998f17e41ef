import { aboutAmounts } from './amounts.js';

test('amounts take the slots up to the last benefit, and are of their claim alone', () => {
  const benefit = (slot: number) => ({
    category: `c${slot}`,
    slot,
    deductibleMinor: 0,
    coinsuranceBasisPoints: 0,
    capMinor: 0,
  });
  const policy = { benefits: [benefit(4), benefit(0)] };
  expect(aboutAmounts('claim-1', policy, { maxValue: 7 })).toEqual({
    purpose: 'claims',
    subject: 'claim-1',
    measure: 'claim-1',
    period: 'once',
    range: { least: 0, most: 7 },
    slots: 5,
  });
});

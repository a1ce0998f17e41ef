import fc from 'fast-check';
import type { Benefit } from '@salus/protocol/claims';
import { adjudicateBenefit, adjudicateTotals } from './adjudication.js';

const benefit: Benefit = {
  category: 'medical',
  slot: 2,
  deductibleMinor: 100_00,
  coinsuranceBasisPoints: 2_000,
  capMinor: 500_00,
};

describe('the adjudication of one benefit category', () => {
  test.each([
    ['nothing', 0, [0, 0, 0, 0], ['NOTHING_CLAIMED']],
    ['less than the deductible', 60_00, [60_00, 0, 0, 0], ['DEDUCTIBLE']],
    ['the deductible exactly', 100_00, [100_00, 0, 0, 0], ['DEDUCTIBLE']],
    ['more than the deductible', 200_00, [100_00, 20_00, 0, 80_00], ['DEDUCTIBLE', 'COINSURANCE']],
    ['what just meets the cap', 725_00, [100_00, 125_00, 0, 500_00], ['DEDUCTIBLE', 'COINSURANCE']],
    [
      'more than the cap',
      1_000_00,
      [100_00, 180_00, 220_00, 500_00],
      ['DEDUCTIBLE', 'COINSURANCE', 'CAP'],
    ],
  ] as const)('keeps back what the policy holds back: %s', (_name, claimed, amounts, reasons) => {
    const [deductibleMinor, coinsuranceMinor, overCapMinor, payableMinor] = amounts;
    expect(adjudicateBenefit(benefit, claimed)).toEqual({
      category: 'medical',
      slot: 2,
      claimedMinor: claimed,
      deductibleMinor,
      coinsuranceMinor,
      overCapMinor,
      payableMinor,
      reasons,
    });
  });

  test('pays in full where nothing is held back', () => {
    const free = { ...benefit, deductibleMinor: 0, coinsuranceBasisPoints: 0 };
    expect(adjudicateBenefit(free, 7_77)).toMatchObject({
      payableMinor: 7_77,
      reasons: ['PAID_IN_FULL'],
    });
  });

  test('pays nothing under a cap of nothing', () => {
    const capped = { ...benefit, deductibleMinor: 0, coinsuranceBasisPoints: 0, capMinor: 0 };
    expect(adjudicateBenefit(capped, 5)).toMatchObject({
      payableMinor: 0,
      overCapMinor: 5,
      reasons: ['CAP'],
    });
  });

  test('leaves everything to the patient at a coinsurance of a hundred per cent', () => {
    const all = { ...benefit, deductibleMinor: 0, coinsuranceBasisPoints: 10_000 };
    expect(adjudicateBenefit(all, 9_99)).toMatchObject({
      coinsuranceMinor: 9_99,
      payableMinor: 0,
      reasons: ['COINSURANCE'],
    });
  });

  test.each([
    [1, 5_000, 1],
    [1, 4_999, 0],
    [3, 5_000, 2],
    [333, 3_333, 111],
  ])(
    'leaves to the patient, of %i at %i basis points, %i: half rounds up',
    (claimed, points, expected) => {
      const exact = {
        ...benefit,
        deductibleMinor: 0,
        coinsuranceBasisPoints: points,
        capMinor: 1_000_000,
      };
      expect(adjudicateBenefit(exact, claimed).coinsuranceMinor).toBe(expected);
    },
  );

  test('adds up to what was claimed and never pays more than cap or claim', () => {
    const amount = fc.integer({ min: 0, max: 2 ** 38 - 1 });
    const anyBenefit = fc.record({
      deductibleMinor: amount,
      capMinor: amount,
      coinsuranceBasisPoints: fc.integer({ min: 0, max: 10_000 }),
    });
    fc.assert(
      fc.property(anyBenefit, amount, (terms, claimed) => {
        const result = adjudicateBenefit({ ...benefit, ...terms }, claimed);
        const { deductibleMinor, coinsuranceMinor, overCapMinor, payableMinor } = result;
        const parts = [deductibleMinor, coinsuranceMinor, overCapMinor, payableMinor];
        expect(parts.every((part) => Number.isSafeInteger(part) && part >= 0)).toBe(true);
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(claimed);
        expect(payableMinor).toBeLessThanOrEqual(terms.capMinor);
      }),
    );
  });
});

describe('the adjudication of opened slots', () => {
  const dental: Benefit = { ...benefit, category: 'dental', slot: 0, capMinor: 50_00 };
  const UP_TO_300 = { lines: 3, maxValue: 100_00 };

  test('adds the categories up', () => {
    expect(adjudicateTotals([benefit, dental], [300_00, 0, 200_00, 0], UP_TO_300)).toMatchObject({
      benefits: [{ category: 'medical' }, { category: 'dental' }],
      claimedMinor: 500_00,
      payableMinor: 130_00,
      patientMinor: 370_00,
    });
  });

  test('takes a slot that is not there as nothing claimed', () => {
    expect(adjudicateTotals([benefit], [], UP_TO_300).benefits[0]?.reasons).toEqual([
      'NOTHING_CLAIMED',
    ]);
  });

  test.each([
    ['a slot outside the policy is not zero', [0, 1, 200_00]],
    ['a total is larger than the lines allow', [200_00, 0, 300_01]],
    ['a total is negative', [-1, 0, 200_00]],
  ])('pays nothing, and shows no amount, when %s', (_name, slots) => {
    const nothing = {
      claimedMinor: 0,
      deductibleMinor: 0,
      coinsuranceMinor: 0,
      overCapMinor: 0,
      payableMinor: 0,
      reasons: ['IMPLAUSIBLE_TOTALS'],
    };
    expect(adjudicateTotals([benefit, dental], slots, UP_TO_300)).toEqual({
      benefits: [
        { category: 'medical', slot: 2, ...nothing },
        { category: 'dental', slot: 0, ...nothing },
      ],
      claimedMinor: 0,
      patientMinor: 0,
      payableMinor: 0,
    });
  });

  test('allows the largest total', () => {
    expect(adjudicateTotals([benefit], [0, 0, 300_00], UP_TO_300).claimedMinor).toBe(300_00);
  });
});

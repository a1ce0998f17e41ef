import {
  arePlausibleTotals,
  type AdjudicatedBenefit,
  type AdjudicationReason,
  type Benefit,
} from '@salus/protocol/claims';

/** The part of an adjudication that follows from the opened totals alone. */
export interface AdjudicatedTotals {
  readonly benefits: readonly AdjudicatedBenefit[];
  readonly claimedMinor: number;
  readonly patientMinor: number;
  readonly payableMinor: number;
}

const BASIS_POINTS = 10_000;

/**
 * Adjudicates one benefit category. The deductible comes off first. Of the rest the patient bears the
 * coinsurance (half a minor unit rounds up). The insurer pays the remainder up to the cap. The amounts
 * always add up to what was claimed.
 *
 * @example
 * adjudicateBenefit({ category: 'medical', slot: 0, deductibleMinor: 100_00,
 *   coinsuranceBasisPoints: 2_000, capMinor: 500_00 }, 1_000_00)
 * // deductible 100.00, coinsurance 180.00, payable 500.00, over the cap 220.00
 */
export function adjudicateBenefit(benefit: Benefit, claimedMinor: number): AdjudicatedBenefit {
  const { category, slot, coinsuranceBasisPoints, capMinor } = benefit;
  const deductibleMinor = Math.min(claimedMinor, benefit.deductibleMinor);
  const coveredMinor = claimedMinor - deductibleMinor;
  const coinsuranceMinor = share(coveredMinor, coinsuranceBasisPoints);
  const payableMinor = Math.min(coveredMinor - coinsuranceMinor, capMinor);
  const overCapMinor = coveredMinor - coinsuranceMinor - payableMinor;
  const reductions: readonly [AdjudicationReason, number][] = [
    ['DEDUCTIBLE', deductibleMinor],
    ['COINSURANCE', coinsuranceMinor],
    ['CAP', overCapMinor],
  ];
  const applied = reductions.filter(([, amount]) => amount > 0).map(([reason]) => reason);
  const unreduced: AdjudicationReason = claimedMinor === 0 ? 'NOTHING_CLAIMED' : 'PAID_IN_FULL';
  return {
    category,
    slot,
    claimedMinor,
    deductibleMinor,
    coinsuranceMinor,
    overCapMinor,
    payableMinor,
    reasons: applied.length === 0 ? [unreduced] : applied,
  };
}

/**
 * Adjudicates the opened slots of a claim. Slots that can't be totals of the policy are adjudicated to nothing. Each
 * partial opening was confirmed or proven, so they are what the provider encrypted. Without a decision the opening would
 * be on no record, and the claim would take a place among the insurer's openings until they expire.
 *
 * @param most - the claim's lines, and the most that each of them holds
 */
export function adjudicateTotals(
  benefits: readonly Benefit[],
  slots: readonly number[],
  most: { readonly lines: number; readonly maxValue: number },
): AdjudicatedTotals {
  const adjudicated = arePlausibleTotals(benefits, slots, most)
    ? benefits.map((benefit) => adjudicateBenefit(benefit, slots[benefit.slot] ?? 0))
    : benefits.map(refuseBenefit);
  const total = (amount: (one: AdjudicatedBenefit) => number) =>
    adjudicated.reduce((sum, one) => sum + amount(one), 0);
  const claimedMinor = total((one) => one.claimedMinor);
  const payableMinor = total((one) => one.payableMinor);
  return {
    benefits: adjudicated,
    claimedMinor,
    patientMinor: claimedMinor - payableMinor,
    payableMinor,
  };
}

/** The amounts that were opened stay out: they are no claim, and add up to nothing that could be paid. */
function refuseBenefit(benefit: Benefit): AdjudicatedBenefit {
  return { ...adjudicateBenefit(benefit, 0), reasons: ['IMPLAUSIBLE_TOTALS'] };
}

/** Totals stay below 2^38 and basis points below 2^14, so the product is exact. */
function share(amountMinor: number, basisPoints: number): number {
  return Math.floor((amountMinor * basisPoints + BASIS_POINTS / 2) / BASIS_POINTS);
}

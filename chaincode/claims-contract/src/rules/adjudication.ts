import { SalusError } from '@salus/protocol';
import type { AdjudicatedBenefit, AdjudicationReason, Benefit } from '@salus/protocol/claims';

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
 * Adjudicates the opened slots of a claim.
 * @param largestTotal what the claim's lines can add up to at the most
 * @throws SalusError ERR_OPENED_TOTALS_INVALID when the slots can't be the totals of this policy: a
 *   slot outside its benefits is not zero, or a total is larger than the lines allow. Ciphertexts
 *   under another key and malformed ones end here.
 */
export function adjudicateTotals(
  benefits: readonly Benefit[],
  slots: readonly number[],
  largestTotal: number,
): AdjudicatedTotals {
  const known = new Set(benefits.map((benefit) => benefit.slot));
  const plausible = slots.every(
    (total, slot) => total === 0 || (known.has(slot) && total > 0 && total <= largestTotal),
  );
  if (!plausible) {
    throw new SalusError(
      'ERR_OPENED_TOTALS_INVALID',
      'the opened slots are not totals of benefits of this policy',
      { expected: 'amounts in the slots of the policy and zero in all others' },
    );
  }
  const adjudicated = benefits.map((benefit) =>
    adjudicateBenefit(benefit, slots[benefit.slot] ?? 0),
  );
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

/** Totals stay below 2^38 and basis points below 2^14, so the product is exact. */
function share(amountMinor: number, basisPoints: number): number {
  return Math.floor((amountMinor * basisPoints + BASIS_POINTS / 2) / BASIS_POINTS);
}

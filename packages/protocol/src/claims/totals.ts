import type { Benefit } from './api.js';

/**
 * Whether opened slots can be the totals of a claim under a policy: each amount is in the slot of a benefit, and no
 * more than the claim's lines can add up to. Contract and client agree on it by this.
 *
 * @param most.lines - how many lines the claim has
 * @param most.maxValue - the most that a line holds for a benefit
 */
export function arePlausibleTotals(
  benefits: readonly Pick<Benefit, 'slot'>[],
  slots: readonly number[],
  most: { readonly lines: number; readonly maxValue: number },
): boolean {
  const { lines, maxValue } = most;
  const known = new Set(benefits.map(({ slot }) => slot));
  return slots.every(
    (total, slot) => total === 0 || (known.has(slot) && total > 0 && total <= lines * maxValue),
  );
}

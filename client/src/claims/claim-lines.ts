import type { Profile } from '@salus/compute';
import { invalidArgument, SalusError } from '@salus/protocol';
import type { Benefit } from '@salus/protocol/claims';

/** As many lines as a claim has at most. */
const MOST_LINES = 64;

/** One line of a claim. */
export type ClaimLine = BenefitOfLine & {
  /** A whole number of minor units, e.g. cents; 0 or more. */
  readonly amount: number;
  /** What proves the line, e.g. the text of a FHIR Claim. The ledger gets a salted hash. */
  readonly evidence: Uint8Array | string;
};

/** Which of the policy's benefits an amount counts for. */
export type BenefitOfLine =
  | { readonly slot: number; readonly category?: never }
  | { readonly category: string; readonly slot?: never };

/**
 * The vector to encrypt of each line: its amount in the slot of its benefit, zero in the others.
 *
 * @throws SalusError `ERR_INVALID_ARGUMENT` for a benefit that the policy has not; `ERR_VALUE_OUT_OF_RANGE`.
 *   Neither tells the amount
 */
export function vectorsOf(
  lines: readonly ClaimLine[],
  benefits: readonly Benefit[],
  { maxValue }: Pick<Profile, 'maxValue'>,
): number[][] {
  if (lines.length === 0 || lines.length > MOST_LINES) {
    throw invalidArgument('lines', `1 to ${MOST_LINES} lines`, `${lines.length}`);
  }
  return lines.map((line, index) => {
    const slot = slotOf(line, benefits, `lines.${index}`);
    if (!Number.isSafeInteger(line.amount) || line.amount < 0 || line.amount > maxValue) {
      throw new SalusError('ERR_VALUE_OUT_OF_RANGE', 'The amount of a line is out of range', {
        argument: `lines.${index}.amount`,
        expected: `a whole number of minor units from 0 to ${maxValue}`,
      });
    }
    const values = new Array<number>(slot + 1).fill(0);
    values[slot] = line.amount;
    return values;
  });
}

/** A slot of no benefit would make the whole claim one that nobody can adjudicate. */
function slotOf(line: ClaimLine, benefits: readonly Benefit[], place: string): number {
  const found = benefits.find(({ slot, category }) =>
    line.category === undefined ? slot === line.slot : category === line.category,
  );
  if (found !== undefined) return found.slot;
  const named = benefits.map(({ slot, category }) => `${category} (slot ${slot})`).join(', ');
  const got = line.category ?? `slot ${line.slot}`;
  const which = line.category === undefined ? 'slot' : 'category';
  throw invalidArgument(`${place}.${which}`, `a benefit of the policy: ${named}`, got);
}

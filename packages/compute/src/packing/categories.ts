import { outOfRange } from './refusals.js';

/**
 * Amounts by name as slots: slot i holds the amount of `layout[i]`, zero where there is none.
 *
 * @example
 * packCategories(['drugs', 'surgery'], { surgery: 80_00 }); // [0, 8000]
 *
 * @throws ComputeError ERR_VALUE_OUT_OF_RANGE if an amount's name is not in the layout
 */
export function packCategories(
  layout: readonly string[],
  amounts: Readonly<Record<string, number>>,
): number[] {
  const known = new Set(layout);
  if (known.size !== layout.length) {
    throw outOfRange('a layout names each category once', 'layout', 'distinct names', layout);
  }
  const stranger = Object.keys(amounts).find((name) => !known.has(name));
  if (stranger !== undefined) {
    throw outOfRange('an amount has no slot', 'amounts', layout.join(', '), stranger);
  }
  return layout.map((name) => (Object.hasOwn(amounts, name) ? (amounts[name] as number) : 0));
}

/** The opened slots by name; a slot beyond the layout that isn't zero is refused. */
export function unpackCategories(
  layout: readonly string[],
  slots: readonly number[],
): Record<string, number> {
  const stray = slots.findIndex((value, slot) => slot >= layout.length && value !== 0);
  if (stray !== -1 || slots.length < layout.length) {
    throw outOfRange('the slots are not of this layout', 'slots', `${layout.length} slots`, stray);
  }
  return Object.fromEntries(layout.map((name, slot) => [name, slots[slot] as number]));
}

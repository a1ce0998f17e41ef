import fc from 'fast-check';
import { profileOf } from '../bfv/profiles.js';
import { SlotEncoder } from './slot-encoder.js';
import { addShiftedIntegers } from './wide.js';

const profile = profileOf('bfv-8192-proven-v1');
const { degree } = profile;
const t = Number(profile.plainModulus);
const encoder = new SlotEncoder(profile);

/** Slots from a seed, the first `shown` of them zero. */
function slotsOf(seed: number, shown: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: degree }, (_, slot) => {
    state = (state * 69_069 + 12_345) % 2 ** 32;
    return slot < shown ? 0 : (state * 251 + slot) % t;
  });
}

const anySeed = fc.nat(2 ** 31);
const anyShown = fc.integer({ min: 0, max: degree });

describe('an encoder of slots', () => {
  it('gives the slots back, and the same number in all slots as a constant', () => {
    fc.assert(
      fc.property(anySeed, (seed) => {
        const slots = slotsOf(seed, 0);
        expect(encoder.decode(encoder.encode(slots))).toEqual(slots);
      }),
      { numRuns: 5 },
    );
    const constant = encoder.encode(new Float64Array(degree).fill(750));
    expect([...constant].findLastIndex((coefficient) => coefficient !== 0)).toBe(0);
    expect(constant[0]).toBe(750);
  });

  it('finds slots that are zero zero again, whatever power of X multiplies the message', () => {
    fc.assert(
      fc.property(anySeed, anyShown, fc.nat(2 * degree - 1), (seed, shown, shift) => {
        const moved = new Float64Array(degree);
        addShiftedIntegers(moved, encoder.encode(slotsOf(seed, shown)), shift);
        const reduced = moved.map((value) => ((value % t) + t) % t);
        const slots = encoder.decode(reduced);
        expect(slots.subarray(0, shown).every((slot) => slot === 0)).toBe(true);
        const rest = slots.subarray(shown);
        expect(rest.filter((slot) => slot === 0).length).toBeLessThan(2 + rest.length / 100);
      }),
      { numRuns: 10 },
    );
  });
});

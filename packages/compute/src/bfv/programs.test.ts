import fc from 'fast-check';
import type { Bound, Program } from '@salus/protocol/computation';
import { checkBound, freshBound } from './bounds.js';
import { ComputeError } from './errors.js';
import { PROFILE_NAMES, profileOf } from './profiles.js';
import { boundOf, weightsOf } from './programs.js';

const sums = profileOf('bfv-8192-sum-v1');
const masks = profileOf('bfv-8192-mask-v1');
const range = { least: -5, most: 10 };
const fresh = freshBound(masks, range);
const refused = (code: string) => expect.objectContaining({ code }) as Error;

describe('the bound of a program', () => {
  const mask: Program = { name: 'mask.v1', slots: [0, 7] };
  test.each<[Program, number, Bound]>([
    [{ name: 'sum.v1' }, 3, { least: -15, most: 30, noiseBits: 20 }],
    [{ name: 'statistics.v1' }, 2, { least: -10, most: 20, noiseBits: 19 }],
    [{ name: 'difference.v1' }, 2, { least: -15, most: 15, noiseBits: 19 }],
    [{ name: 'weighted-sum.v1', weights: [2, -3] }, 2, { least: -40, most: 35, noiseBits: 21 }],
    [mask, 1, { least: -5, most: 10, noiseBits: 66 }],
  ])('%j of %i inputs', (program, count, bound) => {
    const inputs = Array<Bound>(count).fill(fresh);
    expect(boundOf(masks, program, inputs)).toEqual(bound);
  });

  test('of a mask takes in zero', () => {
    const above = { ...fresh, least: 3 };
    expect(boundOf(masks, mask, [above])).toMatchObject({ least: 0, most: 10 });
  });

  test('of a histogram counts inputs of zero or one only', () => {
    const bit = freshBound(sums, { least: 0, most: 1 });
    expect(boundOf(sums, { name: 'histogram.v1' }, [bit, bit])).toMatchObject({ most: 2 });
    expect(() => boundOf(sums, { name: 'histogram.v1' }, [bit, fresh])).toThrow(
      refused('ERR_BOUND_INVALID'),
    );
  });

  test('refuses a mask where the profile leaves no room for one, and a second one anywhere', () => {
    expect(() => boundOf(sums, mask, [fresh])).toThrow(refused('ERR_NOISE_EXHAUSTED'));
    const once = boundOf(masks, mask, [fresh]);
    expect(() => boundOf(masks, mask, [once])).toThrow(refused('ERR_NOISE_EXHAUSTED'));
  });

  test('refuses more inputs than one evaluation takes', () => {
    const inputs = Array<Bound>(257).fill(fresh);
    expect(() => boundOf(masks, { name: 'sum.v1' }, inputs)).toThrow(
      refused('ERR_TOO_MANY_SUMMANDS'),
    );
  });

  test.each<[unknown, number]>([
    [{ name: 'sum.v2' }, 1],
    [{ name: 'sum.v1' }, 0],
    [{ name: 'difference.v1' }, 3],
    [{ name: 'weighted-sum.v1', weights: [1] }, 2],
    [{ name: 'weighted-sum.v1', weights: [0] }, 1],
    [{ name: 'weighted-sum.v1', weights: [1.5] }, 1],
    [{ name: 'weighted-sum.v1', weights: [2 ** 16 + 1] }, 1],
    [{ name: 'weighted-sum.v1' }, 1],
    [{ name: 'mask.v1', slots: [] }, 1],
    [{ name: 'mask.v1', slots: [1, 1] }, 1],
    [{ name: 'mask.v1', slots: [8192] }, 1],
    [{ name: 'mask.v1', slots: [0] }, 2],
    [{ name: 'mask.v1' }, 1],
  ])('refuses %j with %i inputs', (program, count) => {
    const inputs = Array<Bound>(count).fill(fresh);
    expect(() => boundOf(masks, program as Program, inputs)).toThrow(
      refused('ERR_PROGRAM_INVALID'),
    );
  });

  test.each<unknown>([
    { least: 0, most: 1, noiseBits: 17 },
    { least: 0, most: 1, noiseBits: 18.5 },
    { least: 1, most: 0, noiseBits: 18 },
    { least: 0, most: '1', noiseBits: 18 },
    { least: 0, most: 1 },
  ])('refuses the made-up bound %j', (bound) => {
    expect(() => checkBound(masks, bound as Bound)).toThrow(refused('ERR_BOUND_INVALID'));
  });

  test('refuses to encrypt values beyond the profile', () => {
    expect(() => freshBound(masks, { least: 0, most: 2 ** 28 })).toThrow(
      refused('ERR_VALUE_OUT_OF_RANGE'),
    );
  });
});

describe('any program that is not refused', () => {
  const value = fc.integer({ min: -(2 ** 40), max: 2 ** 40 });
  const input = fc
    .tuple(value, value, fc.integer({ min: 18, max: 60 }))
    .map(([a, b, noiseBits]) => ({ least: Math.min(a, b), most: Math.max(a, b), noiseBits }));
  const weight = fc.integer({ min: -(2 ** 16), max: 2 ** 16 }).filter((one) => one !== 0);
  const weighted = fc.array(fc.tuple(input, weight), { minLength: 1, maxLength: 20 });

  test.each(PROFILE_NAMES)('never wraps at its extremes under %s', (name) => {
    const profile = profileOf(name);
    fc.assert(
      fc.property(weighted, fc.boolean(), (pairs, heaviest) => {
        const inputs = pairs.map(([bound]) => bound);
        const program: Program = {
          name: 'weighted-sum.v1',
          weights: pairs.map(([, one]) => (heaviest ? one : Math.sign(one))),
        };
        let bound: Bound;
        try {
          bound = boundOf(profile, program, inputs);
        } catch (error) {
          expect(error).toBeInstanceOf(ComputeError);
          return;
        }
        const weights = weightsOf(program, inputs.length);
        const extreme = (choose: (one: Bound, factor: number) => number) =>
          inputs.reduce(
            (sum, one, index) =>
              sum + BigInt(weights[index]!) * BigInt(choose(one, weights[index]!)),
            0n,
          );
        const greatest = extreme((one, factor) => (factor > 0 ? one.most : one.least));
        const smallest = extreme((one, factor) => (factor > 0 ? one.least : one.most));
        const centred = (x: bigint) => {
          const residue = BigInt.asIntN(64, x) % profile.plainModulus;
          const half = profile.plainModulus / 2n;
          if (residue > half) return residue - profile.plainModulus;
          return residue < -half ? residue + profile.plainModulus : residue;
        };
        expect(centred(greatest)).toBe(BigInt(bound.most));
        expect(centred(smallest)).toBe(BigInt(bound.least));
        const noise = inputs.reduce(
          (sum, one, index) => sum + Math.abs(weights[index]!) * 2 ** one.noiseBits,
          0,
        );
        expect(noise).toBeLessThanOrEqual(2 ** bound.noiseBits);
        expect(bound.noiseBits).toBeLessThanOrEqual(profile.noiseCeilingBits);
      }),
    );
  });
});

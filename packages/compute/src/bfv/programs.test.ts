import fc from 'fast-check';
import type { Bound, Program } from '@salus/protocol/computation';
import { checkBound, freshBound } from './bounds.js';
import { ComputeError } from './errors.js';
import { PROFILE_NAMES, profileOf } from './profiles.js';
import { boundOf } from './programs.js';

const sums = profileOf('bfv-8192-sum-v1');
const range = { least: -5, most: 10 };
const fresh = freshBound(sums, range);
const refused = (code: string) => expect.objectContaining({ code }) as Error;

describe('the bound of a program', () => {
  test.each<[Program, number, Bound]>([
    [{ name: 'sum.v1' }, 3, { least: -15, most: 30, noiseBits: 20 }],
    [{ name: 'statistics.v1' }, 2, { least: -10, most: 20, noiseBits: 19 }],
  ])('%j of %i inputs', (program, count, bound) => {
    const inputs = Array<Bound>(count).fill(fresh);
    expect(boundOf(sums, program, inputs)).toEqual(bound);
  });

  test('refuses more inputs than one evaluation takes', () => {
    const inputs = Array<Bound>(257).fill(fresh);
    expect(() => boundOf(sums, { name: 'sum.v1' }, inputs)).toThrow(
      refused('ERR_TOO_MANY_SUMMANDS'),
    );
  });

  test.each<[unknown, number]>([
    [{ name: 'sum.v2' }, 1],
    [{ name: 'sum.v1' }, 0],
    // Of release 0.1.0.
    [{ name: 'difference.v1' }, 2],
    [{ name: 'weighted-sum.v1', weights: [1] }, 1],
    [{ name: 'mask.v1', slots: [0] }, 1],
    [{ name: 'histogram.v1' }, 1],
    [{ name: 'toString' }, 1],
  ])('refuses %j with %i inputs', (program, count) => {
    const inputs = Array<Bound>(count).fill(fresh);
    expect(() => boundOf(sums, program as Program, inputs)).toThrow(refused('ERR_PROGRAM_INVALID'));
  });

  test.each<unknown>([
    { least: 0, most: 1, noiseBits: 17 },
    { least: 0, most: 1, noiseBits: 18.5 },
    { least: 1, most: 0, noiseBits: 18 },
    { least: 0, most: '1', noiseBits: 18 },
    { least: 0, most: 1 },
  ])('refuses the made-up bound %j', (bound) => {
    expect(() => checkBound(sums, bound as Bound)).toThrow(refused('ERR_BOUND_INVALID'));
  });

  test('refuses to encrypt values beyond the profile', () => {
    expect(() => freshBound(sums, { least: 0, most: 2 ** 32 })).toThrow(
      refused('ERR_VALUE_OUT_OF_RANGE'),
    );
  });
});

describe('any program that is not refused', () => {
  const value = fc.integer({ min: -(2 ** 40), max: 2 ** 40 });
  const input = fc
    .tuple(value, value, fc.integer({ min: 18, max: 60 }))
    .map(([a, b, noiseBits]) => ({ least: Math.min(a, b), most: Math.max(a, b), noiseBits }));
  const several = fc.array(input, { minLength: 1, maxLength: 20 });

  test.each(PROFILE_NAMES)('never wraps at its extremes under %s', (name) => {
    const profile = profileOf(name);
    fc.assert(
      fc.property(several, (inputs) => {
        let bound: Bound;
        try {
          bound = boundOf(profile, { name: 'sum.v1' }, inputs);
        } catch (error) {
          expect(error).toBeInstanceOf(ComputeError);
          return;
        }
        const greatest = inputs.reduce((sum, { most }) => sum + BigInt(most), 0n);
        const smallest = inputs.reduce((sum, { least }) => sum + BigInt(least), 0n);
        const centred = (x: bigint) => {
          const residue = BigInt.asIntN(64, x) % profile.plainModulus;
          const half = profile.plainModulus / 2n;
          if (residue > half) return residue - profile.plainModulus;
          return residue < -half ? residue + profile.plainModulus : residue;
        };
        expect(centred(greatest)).toBe(BigInt(bound.most));
        expect(centred(smallest)).toBe(BigInt(bound.least));
        const noise = inputs.reduce((sum, { noiseBits }) => sum + 2 ** noiseBits, 0);
        expect(noise).toBeLessThanOrEqual(2 ** bound.noiseBits);
        expect(bound.noiseBits).toBeLessThanOrEqual(profile.noiseCeilingBits);
      }),
    );
  });
});

import { checkPolynomials } from '../bfv/checks.js';
import { hashed } from '../bfv/cipher-operations.js';
import { ComputeError } from '../bfv/errors.js';
import type { Hashed } from '../bfv/hashed.js';
import { power } from '../bfv/integers.js';
import type { Profile } from '../bfv/profiles.js';
import { addPolynomials, at, fillResidues, withHeader } from '../bfv/residues.js';
import type { Seal } from '../bfv/seal.js';
import { Ring, type Polynomial } from '../short-proof/ring.js';
import { combineOpening } from './opening-operations.js';
import { derivedTernary } from './ternary.js';
import { dataModuliOf, dataPart, fromNtt, toNtt } from './transforms.js';
import type { ThresholdOperations } from './types.js';

type RequestOf<Name extends keyof ThresholdOperations> = Parameters<ThresholdOperations[Name]>[0];

/** Two polynomials as they stand in a ciphertext. */
type Pair = readonly [BigUint64Array, BigUint64Array];

/**
 * The sum of two encryptions of zeros, each (b·u, a·u + e), with u and e ternary and derived from the label.
 * The first is made over the data moduli, as the proven encryption is. The second is made as SEAL encrypts, over all
 * moduli and divided by the special one. A contribution that is wrong under any modulus leaves noise in it.
 *
 * Without e it would prove too little: shares that add up to s + x with a·x small would open a
 * multiple of a. With e, only an x would that is short itself, and so short a solution of a ring SIS
 * problem is infeasible to find. The polynomials hide nothing and need no further error.
 */
export function trialCiphertext(
  seal: Seal,
  profile: Profile,
  { publicKey, label }: RequestOf<'trialCiphertext'>,
): Hashed {
  const [b, a] = checkPolynomials(profile, publicKey, {
    code: 'ERR_PUBLIC_KEY_INVALID',
    argument: 'publicKey',
    length: profile.publicKeyLength,
    moduli: profile.coefficientModuli,
    header: seal.headers.publicKey,
  }) as [BigUint64Array, BigUint64Array];
  const key = { b, a, label };
  const moduli = dataModuliOf(profile);
  const [c0, c1] = zerosUnder(seal, profile, { ...key, part: 'data', moduli });
  const all = profile.coefficientModuli;
  const special = zerosUnder(seal, profile, { ...key, part: 'special', moduli: all });
  // u and e are public before the key is, so an a can be made that hides nothing. SEAL would throw.
  if ([c1, dataPart(profile, special[1])].some((one) => one.every((residue) => residue === 0n))) {
    throw new ComputeError('ERR_PUBLIC_KEY_INVALID', 'the trial under the key is transparent', {
      argument: 'publicKey',
      expected: 'a key that nobody made for its trial',
    });
  }
  const data = fromNtt(seal, c0, c1);
  const divided = bySpecial(seal, profile, special);
  const sums = ([0, 1] as const).map((index) =>
    addPolynomials([data[index], divided[index]], moduli),
  );
  return hashed(withHeader(seal.headers.ciphertext, ...sums));
}

/** An encryption of zeros in NTT form. */
function zerosUnder(
  seal: Seal,
  profile: Profile,
  request: {
    readonly b: BigUint64Array;
    readonly a: BigUint64Array;
    readonly label: string;
    readonly part: 'data' | 'special';
    readonly moduli: readonly bigint[];
  },
): Pair {
  const { b, a, label, part, moduli } = request;
  const derived = (name: string) => {
    const text = JSON.stringify(['salus trial v2', profile.name, part, name, label]);
    return toNtt(seal, profile, derivedTernary(text, profile.degree));
  };
  const u = derived('u');
  const e = derived('e');
  const size = moduli.length * profile.degree;
  const c0 = fillResidues(new BigUint64Array(size), moduli, (index) => at(b, index) * at(u, index));
  const c1 = fillResidues(
    new BigUint64Array(size),
    moduli,
    (index) => at(a, index) * at(u, index) + at(e, index),
  );
  return [c0, c1];
}

const specialRings = new Map<string, { readonly ring: Ring; readonly last: Polynomial }>();

/** A profile's ring of the special modulus, with room for one polynomial. */
function specialRingOf(profile: Profile) {
  const known = specialRings.get(profile.name);
  if (known !== undefined) return known;
  const ring = new Ring(profile, profile.coefficientModuli.slice(-1));
  const made = { ring, last: ring.allocate() };
  specialRings.set(profile.name, made);
  return made;
}

/** Divides by the special modulus and rounds, as SEAL does when it encrypts. */
function bySpecial(seal: Seal, profile: Profile, pair: Pair): Pair {
  const special = profile.coefficientModuli.at(-1) as bigint;
  const moduli = dataModuliOf(profile);
  const inverses = new Map(
    moduli.map((modulus) => [modulus, power(special, modulus - 2n, modulus)]),
  );
  const { ring, last } = specialRingOf(profile);
  const [one, other] = fromNtt(seal, dataPart(profile, pair[0]), dataPart(profile, pair[1]));
  const divided = (data: BigUint64Array, all: BigUint64Array) => {
    ring.put(last, all.subarray(data.length));
    ring.backward(last);
    const remainders = ring.get(last);
    return fillResidues(new BigUint64Array(data.length), moduli, (index, modulus) => {
      const remainder = at(remainders, index % profile.degree);
      const centred = remainder > special / 2n ? remainder - special : remainder;
      return (at(data, index) - centred) * (inverses.get(modulus) as bigint);
    });
  };
  return [divided(one, pair[0]), divided(other, pair[1])];
}

/** Passes if partial openings of the trial ciphertext open it to zeros. */
export function checkTrial(seal: Seal, profile: Profile, about: RequestOf<'checkTrial'>): void {
  const { publicKey, label, committee, partials } = about;
  const { bytes: ciphertext } = trialCiphertext(seal, profile, { publicKey, label });
  const shown = profile.degree;
  const request = { ciphertext, committee, partials, slots: shown };
  const slots = attempt(() => combineOpening(seal, profile, request));
  if (slots.some((slot) => slot !== 0)) throw failed();
}

function attempt(open: () => readonly number[]): readonly number[] {
  try {
    return open();
  } catch (error) {
    const noise = error instanceof ComputeError && error.argument === 'partials';
    throw noise ? failed() : error;
  }
}

function failed(): ComputeError {
  return new ComputeError('ERR_TRIAL_FAILED', 'the shares do not add up to the key', {
    argument: 'partials',
  });
}

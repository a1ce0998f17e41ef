import { checkPolynomials } from '../bfv/checks.js';
import { hashed } from '../bfv/cipher-operations.js';
import { ComputeError } from '../bfv/errors.js';
import type { Hashed } from '../bfv/hashed.js';
import type { Profile } from '../bfv/profiles.js';
import { at, fillResidues, withHeader } from '../bfv/residues.js';
import type { Seal } from '../bfv/seal.js';
import { combineOpening } from './opening-operations.js';
import { derivedTernary } from './ternary.js';
import { dataModuliOf, fromNtt, toNtt } from './transforms.js';
import type { ThresholdOperations } from './types.js';

type RequestOf<Name extends keyof ThresholdOperations> = Parameters<ThresholdOperations[Name]>[0];

/**
 * An encryption of zeros, (b·u, a·u + e), with u and e ternary and derived from the label.
 *
 * Without e it would prove too little: shares that add up to s + x with a·x small would open a
 * multiple of a. With e, only an x would that is short itself, and so short a solution of a ring SIS
 * problem is infeasible to find. Both polynomials hide nothing and need no further error.
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
  const derived = (name: string) => {
    const text = JSON.stringify(['salus trial v1', profile.name, name, label]);
    return toNtt(seal, profile, derivedTernary(text, profile.degree));
  };
  const u = derived('u');
  const e = derived('e');
  const moduli = dataModuliOf(profile);
  const size = moduli.length * profile.degree;
  const c0 = fillResidues(new BigUint64Array(size), moduli, (index) => at(b, index) * at(u, index));
  const c1 = fillResidues(
    new BigUint64Array(size),
    moduli,
    (index) => at(a, index) * at(u, index) + at(e, index),
  );
  return hashed(withHeader(seal.headers.ciphertext, ...fromNtt(seal, c0, c1)));
}

/** Passes if partial openings of the trial ciphertext open it to zeros. */
export function checkTrial(seal: Seal, profile: Profile, request: RequestOf<'checkTrial'>): void {
  const { publicKey, label, committee, partials } = request;
  const { bytes: ciphertext } = trialCiphertext(seal, profile, { publicKey, label });
  const slots = attempt(() => combineOpening(seal, profile, { ciphertext, committee, partials }));
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

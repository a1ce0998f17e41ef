import { randomFillSync } from 'node:crypto';
import { checkLength, checkPolynomials, verifyPolynomials } from '../bfv/checks.js';
import { hashed } from '../bfv/cipher-operations.js';
import { commonPolynomial } from '../bfv/common-polynomial.js';
import { ComputeError } from '../bfv/errors.js';
import { HEADER_LENGTH, type Profile } from '../bfv/profiles.js';
import { at, bytesOf, fillResidues, joined, wordsOf } from '../bfv/residues.js';
import { save, secretResidues, type Seal } from '../bfv/seal.js';
import { commitmentOf, fingerprintOf } from './commitment.js';
import { checkHolder, checkNewCommittee, holderSetOf, holderSets } from './committee.js';
import { packedLength, packTernary, unpackTernary } from './ternary.js';
import { dataModuliOf, dataPart, fromNtt, toNtt } from './transforms.js';
import type { AcceptedShare, DealtKey, DealtShare, ThresholdOperations } from './types.js';

type RequestOf<Name extends keyof ThresholdOperations> = Parameters<ThresholdOperations[Name]>[0];

const SEED_LENGTH = 32;
const KEY_LENGTH = 32;
/** SEAL's errors are centred binomial: 21 bits less 21 bits. */
const MOST_ERROR = 21n;

/** Makes every share that the member deals, for the key's first epoch. */
export function dealKey(seal: Seal, profile: Profile, request: RequestOf<'dealKey'>): DealtKey {
  const { keyId, seed, committee, member } = request;
  checkNewCommittee(committee);
  checkLength(seed, SEED_LENGTH, 'ERR_CONTRIBUTION_INVALID', 'seed');
  checkHolder(committee, member);
  const dealt = holderSets(committee)
    .filter(({ dealer }) => dealer === member)
    .map(({ shareId }) => dealShare(seal, profile, { keyId, seed, shareId }));
  const hashes = dealt.map(({ shareId, contribution }) => [shareId, contribution.hash] as const);
  const context = { profile: profile.name, keyId, epoch: 0, member, seed };
  return { dealt, commitment: commitmentOf(context, Object.fromEntries(hashes)) };
}

/**
 * A ternary secret and its contribution `b = -(a·s) - e` to the collective key.
 *
 * SEAL makes a key pair (s, (b', a')) with b' = -(a'·s) - e. So b = b' + (a' - a)·s carries SEAL's own
 * error, without e ever being written down. Whoever saw b' beside b would divide by (a' - a) and have s:
 * (b', a') is erased before this function returns.
 */
function dealShare(
  seal: Seal,
  profile: Profile,
  request: { readonly keyId: string; readonly seed: Uint8Array; readonly shareId: string },
): DealtShare {
  const { keyId, seed, shareId } = request;
  using generator = new seal.module.KeyGenerator(seal.context);
  using secretKey = generator.secretKey();
  using publicKey = generator.createPublicKey();
  const residues = secretResidues(seal, secretKey);
  const s = wordsOf(residues);
  residues.fill(0);
  const saved = save(seal.module, publicKey);
  const own = wordsOf(saved, HEADER_LENGTH);
  saved.fill(0);
  const a = commonPolynomial(profile, seed);
  const b = fillResidues(
    new BigUint64Array(a.length),
    profile.coefficientModuli,
    (index) => at(own, index) + (at(own, a.length + index) - at(a, index)) * at(s, index),
  );
  own.fill(0n);
  const coefficients = smallCoefficients(seal, profile, s, 1n) as Int8Array;
  const packed = packTernary(coefficients);
  const smudgingKey = randomFillSync(new Uint8Array(KEY_LENGTH));
  const secret = Uint8Array.from(bytesOf(dataPart(profile, s)));
  const context = { profile: profile.name, keyId, epoch: 0 };
  const fingerprint = fingerprintOf(context, { shareId, secret, smudgingKey });
  const dealt = {
    shareId,
    contribution: hashed(bytesOf(b)),
    package: joined(packed, smudgingKey),
    fingerprint,
  };
  s.fill(0n);
  for (const secrets of [coefficients, packed, smudgingKey, secret]) secrets.fill(0);
  return dealt;
}

/** Takes a share out of its package if its contribution is an honest one of this secret. */
export function acceptShare(
  seal: Seal,
  profile: Profile,
  request: RequestOf<'acceptShare'>,
): AcceptedShare {
  const { keyId, seed, committee, shareId, package: packed } = request;
  checkNewCommittee(committee);
  holderSetOf(committee, shareId);
  checkLength(seed, SEED_LENGTH, 'ERR_CONTRIBUTION_INVALID', 'seed');
  const [b] = checkPolynomials(profile, request.contribution, {
    code: 'ERR_CONTRIBUTION_INVALID',
    argument: 'contribution',
    length: profile.contributionLength,
    moduli: profile.coefficientModuli,
  }) as [BigUint64Array];
  const ternaryLength = packedLength(profile.degree);
  checkLength(packed, ternaryLength + KEY_LENGTH, 'ERR_SHARE_INVALID', 'package');
  const coefficients = unpackTernary(packed.subarray(0, ternaryLength));
  const s = toNtt(seal, profile, coefficients);
  coefficients.fill(0);
  const secret = Uint8Array.from(bytesOf(dataPart(profile, s)));
  verifyPolynomials(profile, bytesOf(s), {
    code: 'ERR_SHARE_INVALID',
    argument: 'package',
    length: profile.contributionLength,
    moduli: profile.coefficientModuli,
  });
  const honest = belongsTogether(seal, profile, { b, a: commonPolynomial(profile, seed), s });
  s.fill(0n);
  if (!honest) {
    secret.fill(0);
    throw new ComputeError('ERR_SHARE_INVALID', `the share ${shareId} is not the contribution's`, {
      argument: 'package',
      expected: 'the ternary secret of the contribution, which has a small error',
    });
  }
  const share = { shareId, secret, smudgingKey: packed.slice(ternaryLength) };
  packed.fill(0);
  const context = { profile: profile.name, keyId, epoch: 0 };
  return { share, fingerprint: fingerprintOf(context, share) };
}

/** Whether b = -(a·s) - e with an error of SEAL's size, over all moduli. */
function belongsTogether(
  seal: Seal,
  profile: Profile,
  {
    b,
    a,
    s,
  }: { readonly b: BigUint64Array; readonly a: BigUint64Array; readonly s: BigUint64Array },
): boolean {
  const error = fillResidues(
    new BigUint64Array(b.length),
    profile.coefficientModuli,
    (index) => -at(b, index) - at(a, index) * at(s, index),
  );
  const small = smallCoefficients(seal, profile, error, MOST_ERROR);
  if (small === undefined) return false;
  // SEAL goes back from NTT form without the special modulus only; forward it takes all of them.
  const again = toNtt(seal, profile, small);
  const same = error.every((residue, index) => residue === at(again, index));
  small.fill(0);
  again.fill(0n);
  error.fill(0n);
  return same;
}

/** Coefficients of a polynomial in NTT form, or undefined if one is greater than `most`. */
function smallCoefficients(
  seal: Seal,
  profile: Profile,
  polynomial: BigUint64Array,
  most: bigint,
): Int8Array | undefined {
  const own = dataPart(profile, polynomial);
  // A polynomial that is zero would be transparent: any other beside it makes up for that.
  const [words] = fromNtt(seal, own, new BigUint64Array(own.length).fill(1n));
  const modulus = dataModuliOf(profile)[0] as bigint;
  const small = new Int8Array(profile.degree);
  let exceeded = false;
  for (let index = 0; index < profile.degree; index += 1) {
    const residue = at(words, index);
    const value = residue > modulus / 2n ? residue - modulus : residue;
    if (value > most || value < -most) exceeded = true;
    else small[index] = Number(value);
  }
  words.fill(0n);
  return exceeded ? undefined : small;
}

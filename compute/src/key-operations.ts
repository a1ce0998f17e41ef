import { randomBytes } from 'node:crypto';
import { checkLength, checkPolynomials } from './checks.js';
import { commonPolynomial } from './common-polynomial.js';
import { ComputeError } from './errors.js';
import { commitmentToContribution, sha256Hex } from './hashing.js';
import { HEADER_LENGTH, type Profile } from './profiles.js';
import { addPolynomials, at, bytesOf, fillResidues, withHeader, wordsOf } from './residues.js';
import { save, secretResidues, type Seal } from './seal.js';
import type { ContributionContext, Hashed, NewShare } from './types.js';

const SEED_LENGTH = 32;

/**
 * A member's secret and its contribution `b_i = -(a·s_i) - e` to the collective key.
 *
 * SEAL makes a key pair (s_i, (b', a')) with b' = -(a'·s_i) - e, so b_i = b' + (a' - a)·s_i carries
 * SEAL's own error without e ever being written down. Whoever saw b' beside b_i would divide by
 * (a' - a) and have s_i: (b', a') is erased before this function returns.
 */
export function createShare(
  seal: Seal,
  profile: Profile,
  request: Omit<ContributionContext, 'profile'>,
): NewShare {
  const { keyId, member, seed } = request;
  checkLength(seed, SEED_LENGTH, 'ERR_CONTRIBUTION_INVALID', 'seed');
  using generator = new seal.module.KeyGenerator(seal.context);
  using secretKey = generator.secretKey();
  using publicKey = generator.createPublicKey();
  const secret = secretResidues(seal, secretKey);
  const saved = save(seal.module, publicKey);
  const own = wordsOf(saved, HEADER_LENGTH);
  const s = wordsOf(secret);
  const a = commonPolynomial(profile, seed);
  const b = fillResidues(
    new BigUint64Array(a.length),
    profile.coefficientModuli,
    (index) => at(own, index) + (at(own, a.length + index) - at(a, index)) * at(s, index),
  );
  saved.fill(0);
  own.fill(0n);
  s.fill(0n);
  const share = {
    profile: profile.name,
    keyId,
    member,
    secret: secret.slice(0, profile.secretLength),
    smudgingKey: Uint8Array.from(randomBytes(32)),
  };
  secret.fill(0);
  const bytes = bytesOf(b);
  return {
    share,
    contribution: { bytes, hash: sha256Hex(bytes) },
    commitment: commitmentToContribution({ profile: profile.name, keyId, member, seed }, bytes),
  };
}

function checkShares({ maxShares }: Profile, count: number): void {
  if (count >= 2 && count <= maxShares) return;
  throw new ComputeError('ERR_CONTRIBUTION_INVALID', 'wrong number of contributions', {
    argument: 'contributions',
    expected: `2 to ${maxShares}`,
    got: String(count),
  });
}

/** The collective public key (Σ b_i, a) in SEAL's own form. */
export function combineKey(
  seal: Seal,
  profile: Profile,
  request: { readonly seed: Uint8Array; readonly contributions: readonly Uint8Array[] },
): Hashed {
  checkLength(request.seed, SEED_LENGTH, 'ERR_CONTRIBUTION_INVALID', 'seed');
  checkShares(profile, request.contributions.length);
  const moduli = profile.coefficientModuli;
  const contributions = request.contributions.flatMap((bytes, index) =>
    checkPolynomials(profile, bytes, {
      code: 'ERR_CONTRIBUTION_INVALID',
      argument: `contributions[${index}]`,
      length: profile.contributionLength,
      moduli,
    }),
  );
  const b = addPolynomials(contributions, moduli);
  const a = commonPolynomial(profile, request.seed);
  const bytes = withHeader(seal.headers.publicKey, b, a);
  using publicKey = new seal.module.PublicKey();
  publicKey.loadFromArray(seal.context, bytes);
  return { bytes, hash: sha256Hex(bytes) };
}

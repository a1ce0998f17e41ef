import { checkLength, checkPolynomials } from './checks.js';
import { commonPolynomial } from './common-polynomial.js';
import { ComputeError } from './errors.js';
import type { Hashed } from './hashed.js';
import { sha256Hex } from './hashing.js';
import type { Profile } from './profiles.js';
import { addPolynomials, withHeader } from './residues.js';
import type { Seal } from './seal.js';

const SEED_LENGTH = 32;

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

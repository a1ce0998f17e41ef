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

/**
 * Checks that a public key is one of the profile, and that nobody chose its common polynomial: it is what the
 * seed gives. Under a chosen one, partial openings and proofs would tell shares of the secret.
 *
 * @returns hash of the key
 * @throws ComputeError ERR_PUBLIC_KEY_INVALID
 */
export function checkPublicKey(
  seal: Pick<Seal, 'headers'>,
  profile: Profile,
  { publicKey, seed }: { readonly publicKey: Uint8Array; readonly seed: Uint8Array },
): string {
  checkLength(seed, SEED_LENGTH, 'ERR_PUBLIC_KEY_INVALID', 'seed');
  const [, a] = checkPolynomials(profile, publicKey, {
    code: 'ERR_PUBLIC_KEY_INVALID',
    argument: 'publicKey',
    length: profile.publicKeyLength,
    moduli: profile.coefficientModuli,
    header: seal.headers.publicKey,
  }) as [BigUint64Array, BigUint64Array];
  const common = commonPolynomial(profile, seed);
  if (a.some((residue, index) => residue !== common[index])) {
    throw new ComputeError('ERR_PUBLIC_KEY_INVALID', 'the key has another common polynomial', {
      argument: 'publicKey',
      expected: "the polynomial that the key's seed gives",
    });
  }
  return sha256Hex(publicKey);
}

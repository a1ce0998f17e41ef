import { checkLength, checkMembers, checkPolynomials } from './checks.js';
import { ciphertextPolynomials, hashed } from './cipher-operations.js';
import { ComputeError } from './errors.js';
import { sha256Hex } from './hashing.js';
import { HEADER_LENGTH, type Profile } from './profiles.js';
import { addPolynomials, at, bytesOf, fillResidues, withHeader, wordsOf } from './residues.js';
import { loadCiphertext, save, type Seal } from './seal.js';
import { smudgingNoise } from './smudging.js';
import type { Hashed, SecretShare } from './types.js';

/** One member's `d_i = c1·s_i + smudging`, in coefficient form. */
export function partialOpening(
  seal: Seal,
  profile: Profile,
  request: { readonly ciphertext: Uint8Array; readonly share: SecretShare },
): Hashed {
  const { ciphertext, share } = request;
  ciphertextPolynomials(seal, profile, ciphertext, 'ciphertext');
  checkShare(profile, share);
  const product = timesSecret(seal, profile, ciphertext, share.secret);
  const noise = smudgingNoise(profile, share.smudgingKey, [
    'salus smudging v1',
    profile.name,
    share.keyId,
    sha256Hex(ciphertext),
  ]);
  const moduli = profile.coefficientModuli.slice(0, -1);
  fillResidues(
    product,
    moduli,
    (index) => at(product, index) + (noise[index % profile.degree] as bigint),
  );
  noise.fill(0n);
  share.secret.fill(0);
  share.smudgingKey.fill(0);
  return hashed(bytesOf(product));
}

/** Opens with the partial openings of all members: c0 + Σ d_i = Δ·m + noise. */
export function combineOpening(
  seal: Seal,
  profile: Profile,
  request: { readonly ciphertext: Uint8Array; readonly partials: readonly Uint8Array[] },
): number[] {
  const moduli = profile.coefficientModuli.slice(0, -1);
  const [c0] = ciphertextPolynomials(seal, profile, request.ciphertext, 'ciphertext');
  checkMembers(profile, request.partials.length, 'ERR_PARTIAL_INVALID');
  const partials = request.partials.flatMap((bytes, index) =>
    checkPolynomials(profile, bytes, {
      code: 'ERR_PARTIAL_INVALID',
      argument: `partials[${index}]`,
      length: profile.partialLength,
      moduli,
    }),
  );
  const opened = addPolynomials([c0, ...partials], moduli);
  // With c1 = 0 any key decrypts: the worker's own decryptor only scales and decodes.
  const bytes = withHeader(seal.headers.ciphertext, opened, new BigUint64Array(opened.length));
  using ciphertext = loadCiphertext(seal, bytes);
  if (seal.decryptor.invariantNoiseBudget(ciphertext) < profile.openedBudgetBits) {
    throw new ComputeError('ERR_PARTIAL_INVALID', 'the partial openings open nothing but noise', {
      argument: 'partials',
      expected: 'one of each member, for this ciphertext and this key',
    });
  }
  using plaintext = new seal.module.Plaintext();
  seal.decryptor.decrypt(ciphertext, plaintext);
  return Array.from(seal.encoder.decodeBigUint64(plaintext) as BigUint64Array, Number);
}

/** c1·s point by point in NTT form, then back to coefficients. */
function timesSecret(
  seal: Seal,
  profile: Profile,
  ciphertext: Uint8Array,
  secret: Uint8Array,
): BigUint64Array {
  const moduli = profile.coefficientModuli.slice(0, -1);
  const size = moduli.length * profile.degree;
  using loaded = loadCiphertext(seal, ciphertext);
  seal.evaluator.cipherTransformToNttInplace(loaded);
  const c1 = wordsOf(save(seal.module, loaded), HEADER_LENGTH).subarray(size);
  const s = wordsOf(secret);
  const product = fillResidues(
    new BigUint64Array(size),
    moduli,
    (index) => at(c1, index) * at(s, index),
  );
  s.fill(0n);
  // c1 rides along as second polynomial: SEAL transforms no transparent ciphertext.
  using transformed = loadCiphertext(seal, withHeader(seal.headers.transformed, product, c1));
  seal.evaluator.cipherTransformFromNttInplace(transformed);
  const saved = wordsOf(save(seal.module, transformed), HEADER_LENGTH);
  return saved.slice(0, size);
}

function checkShare(profile: Profile, share: SecretShare): void {
  checkPolynomials(profile, share.secret, {
    code: 'ERR_SHARE_INVALID',
    argument: 'share.secret',
    length: profile.secretLength,
    moduli: profile.coefficientModuli.slice(0, -1),
  });
  checkLength(share.smudgingKey, 32, 'ERR_SHARE_INVALID', 'share.smudgingKey');
  const owner: string = share.profile;
  if (owner !== profile.name) {
    throw new ComputeError('ERR_SHARE_INVALID', 'the share belongs to another profile', {
      argument: 'share.profile',
      expected: profile.name,
      got: owner,
    });
  }
}

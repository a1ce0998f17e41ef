import { checkPolynomials } from '../bfv/checks.js';
import { ciphertextPolynomials, hashed } from '../bfv/cipher-operations.js';
import { ComputeError } from '../bfv/errors.js';
import { sha256Hex } from '../bfv/hashing.js';
import type { Profile } from '../bfv/profiles.js';
import { addPolynomials, at, bytesOf, fillResidues, withHeader, wordsOf } from '../bfv/residues.js';
import { loadCiphertext, type Seal } from '../bfv/seal.js';
import { smudgingNoise } from '../bfv/smudging.js';
import { holderSets } from './committee.js';
import { checkEpoch, checkMemberKey, chosenShares, wipeKey } from './member-key.js';
import { dataModuliOf, fromNtt, transformedC1 } from './transforms.js';
import type { HeldShare, MemberKey, PartialOpening, ThresholdOperations } from './types.js';

type RequestOf<Name extends keyof ThresholdOperations> = Parameters<ThresholdOperations[Name]>[0];

/** `d_A = c1·s_A + smudging` for each share, in coefficient form. */
export function partialOpening(
  seal: Seal,
  profile: Profile,
  request: RequestOf<'partialOpening'>,
): PartialOpening[] {
  const { ciphertext, key, shareIds, epoch } = request;
  try {
    ciphertextPolynomials(seal, profile, ciphertext, 'ciphertext');
    checkMemberKey(profile, key);
    checkEpoch(key, epoch);
    const c1 = transformedC1(seal, ciphertext);
    const hash = sha256Hex(ciphertext);
    return chosenShares(key, shareIds).map((share) => ({
      shareId: share.shareId,
      ...hashed(bytesOf(openShare(seal, profile, { key, share, c1, hash }))),
    }));
  } finally {
    wipeKey(key);
  }
}

function openShare(
  seal: Seal,
  profile: Profile,
  request: {
    readonly key: MemberKey;
    readonly share: HeldShare;
    readonly c1: BigUint64Array;
    readonly hash: string;
  },
): BigUint64Array {
  const { key, share, c1, hash } = request;
  const moduli = dataModuliOf(profile);
  const s = wordsOf(share.secret);
  const transformed = fillResidues(new BigUint64Array(s.length), moduli, (index) =>
    multiplied(profile, at(c1, index) * at(s, index)),
  );
  s.fill(0n);
  const [product] = fromNtt(seal, transformed, c1);
  transformed.fill(0n);
  const { degree } = profile;
  const context = smudgingContext(profile, key, share, hash);
  const noise = smudgingNoise(profile, share.smudgingKey, context);
  const opened = fillResidues(
    new BigUint64Array(product.length),
    moduli,
    (index) => at(product, index) + (noise[index % degree] as bigint),
  );
  product.fill(0n);
  noise.fill(0n);
  return opened;
}

/** What the smudging of a share is derived for: one ciphertext under one epoch of one key. */
export const smudgingContext = (
  { name }: Profile,
  { keyId, epoch }: Pick<MemberKey, 'keyId' | 'epoch'>,
  { shareId }: Pick<HeldShare, 'shareId'>,
  ciphertextHash: string,
): readonly unknown[] => ['salus smudging v2', name, keyId, epoch, shareId, ciphertextHash];

/** Opens with one partial opening of each share: c0 + Σ d_A = Δ·m + noise. */
export function combineOpening(
  seal: Seal,
  profile: Profile,
  request: RequestOf<'combineOpening'>,
): number[] {
  const moduli = dataModuliOf(profile);
  const [c0] = ciphertextPolynomials(seal, profile, request.ciphertext, 'ciphertext');
  checkShareIds(request);
  const partials = request.partials.flatMap(({ shareId, bytes }) =>
    checkPolynomials(profile, bytes, {
      code: 'ERR_PARTIAL_INVALID',
      argument: `partials[${shareId}]`,
      length: profile.partialLength,
      moduli,
    }),
  );
  const size = c0.length;
  const own = fillResidues(new BigUint64Array(size), moduli, (i) => multiplied(profile, at(c0, i)));
  const opened = addPolynomials([own, ...partials], moduli);
  // With c1 = 0 any key decrypts: the worker's own decryptor only scales and decodes.
  const bytes = withHeader(seal.headers.ciphertext, opened, new BigUint64Array(opened.length));
  using ciphertext = loadCiphertext(seal, bytes);
  const { isProven = false } = request;
  const isMeasured = !isProven;
  if (isMeasured && seal.decryptor.invariantNoiseBudget(ciphertext) < profile.openedBudgetBits) {
    throw new ComputeError('ERR_PARTIAL_INVALID', 'the partial openings open nothing but noise', {
      argument: 'partials',
      expected: 'one of each share, for this ciphertext, this key and its present epoch',
    });
  }
  using plaintext = new seal.module.Plaintext();
  seal.decryptor.decrypt(ciphertext, plaintext);
  const slots = Array.from(seal.encoder.decodeBigInt64(plaintext) as BigInt64Array, Number);
  return profile.proven ? slots.map((slot) => halved(slot, Number(profile.plainModulus))) : slots;
}

/** A proof of well-formed encryption is about twice the ciphertext, so twice the result is opened. */
const multiplied = (profile: Profile, residue: bigint) => (profile.proven ? 2n * residue : residue);

/** Half of a slot modulo the plain modulus, which is odd; both are nearest to zero. */
function halved(slot: number, t: number): number {
  if (slot % 2 === 0) return slot / 2;
  return slot > 0 ? (slot - t) / 2 : (slot + t) / 2;
}

function checkShareIds({ committee, partials }: RequestOf<'combineOpening'>): void {
  const expected = holderSets(committee).map(({ shareId }) => shareId);
  const given = new Set(partials.map(({ shareId }) => shareId));
  if (partials.length !== expected.length || !expected.every((shareId) => given.has(shareId))) {
    throw new ComputeError('ERR_PARTIAL_INVALID', 'not one partial opening of each share', {
      argument: 'partials.shareId',
      expected: expected.join(' '),
      got: partials.map(({ shareId }) => shareId).join(' '),
    });
  }
}

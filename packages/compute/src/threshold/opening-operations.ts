import { checkPolynomials } from '../bfv/checks.js';
import { ciphertextPolynomials, hashed } from '../bfv/cipher-operations.js';
import { ComputeError } from '../bfv/errors.js';
import { sha256Hex } from '../bfv/hashing.js';
import type { Profile } from '../bfv/profiles.js';
import { addPolynomials, at, fillResidues, withHeader } from '../bfv/residues.js';
import { loadCiphertext, type Seal } from '../bfv/seal.js';
import { slotMask, smudgingWords } from '../bfv/smudging.js';
import { slotEncoderOf } from '../short-proof/slot-encoder.js';
import { wideOfWords, wipeWide } from '../short-proof/wide.js';
import { holderSets } from './committee.js';
import { checkEpoch, checkMemberKey, chosenShares, wipeKey } from './member-key.js';
import { shareOpenerOf, type Hiding } from './share-opener.js';
import { dataModuliOf } from './transforms.js';
import type { HeldShare, MemberKey, PartialOpening, ThresholdOperations } from './types.js';

type RequestOf<Name extends keyof ThresholdOperations> = Parameters<ThresholdOperations[Name]>[0];

/** `d_A = c1·s_A + f_A + ⌊q/t⌋·r_A` for each share, in coefficient form: smudging f_A, and a mask r_A of slots. */
export function partialOpening(
  seal: Seal,
  profile: Profile,
  request: RequestOf<'partialOpening'>,
): PartialOpening[] {
  const { ciphertext, key, shareIds, epoch, slots } = request;
  try {
    checkSlots(profile, slots);
    const [, c1] = ciphertextPolynomials(seal, profile, ciphertext, 'ciphertext');
    checkMemberKey(profile, key);
    checkEpoch(key, epoch);
    const hash = sha256Hex(ciphertext);
    const opener = shareOpenerOf(profile);
    opener.set(c1);
    return chosenShares(key, shareIds).map((share) => {
      const hiding = hidingOf(profile, key, share, { hash, slots });
      const opened = opener.open(share.secret, hiding);
      wipeWide(hiding.noise);
      hiding.message.fill(0);
      return { shareId: share.shareId, ...hashed(opened) };
    });
  } finally {
    wipeKey(key);
  }
}

/** What hides one share's partial opening of a ciphertext. */
export function hidingOf(
  profile: Profile,
  key: Pick<MemberKey, 'keyId' | 'epoch'>,
  share: Pick<HeldShare, 'shareId' | 'smudgingKey'>,
  { hash, slots }: { readonly hash: string; readonly slots: number },
): Hiding {
  const { smudgingKey } = share;
  const words = smudgingWords(profile, smudgingKey, smudgingContext(profile, key, share, hash));
  const noise = wideOfWords(words, profile.smudgingBits);
  words.fill(0);
  const mask = slotMask(profile, smudgingKey, maskContext(profile, key, share, hash, slots), slots);
  const message = slotEncoderOf(profile).encode(mask);
  mask.fill(0);
  return { noise, message };
}

/** What the smudging of a share is derived for: one ciphertext under one epoch of one key. */
export const smudgingContext = (
  { name }: Profile,
  { keyId, epoch }: Pick<MemberKey, 'keyId' | 'epoch'>,
  { shareId }: Pick<HeldShare, 'shareId'>,
  ciphertextHash: string,
): readonly unknown[] => ['salus smudging v2', name, keyId, epoch, shareId, ciphertextHash];

/** What the mask of a share is derived for: the same, and how many slots are shown. */
const maskContext = (
  profile: Profile,
  { keyId, epoch }: Pick<MemberKey, 'keyId' | 'epoch'>,
  { shareId }: Pick<HeldShare, 'shareId'>,
  ciphertextHash: string,
  slots: number,
): readonly unknown[] => [profile.name, keyId, epoch, shareId, ciphertextHash, slots];

/** Opens with one partial opening of each share: c0 + Σ d_A = Δ·m + noise. Slots that are not shown are masked. */
export function combineOpening(
  seal: Seal,
  profile: Profile,
  request: RequestOf<'combineOpening'>,
): number[] {
  const moduli = dataModuliOf(profile);
  checkSlots(profile, request.slots);
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
  const sum = addPolynomials([own, ...partials], moduli);
  // A proof of a partial opening is about twice that again: half of what it shows may be half of q away.
  const opened = profile.proven ? fillResidues(sum, moduli, (i) => 2n * at(sum, i)) : sum;
  // With c1 = 0 any key decrypts: the worker's own decryptor only scales and decodes.
  const bytes = withHeader(seal.headers.ciphertext, opened, new BigUint64Array(opened.length));
  using ciphertext = loadCiphertext(seal, bytes);
  const { isProven = false } = request;
  const isMeasured = !isProven;
  if (isMeasured && seal.decryptor.invariantNoiseBudget(ciphertext) < profile.openedBudgetBits) {
    throw new ComputeError('ERR_NOISE_EXCEEDED', 'the partial openings open nothing but noise', {
      argument: 'partials',
      expected: 'one of each share, for this ciphertext, this key and its present epoch',
    });
  }
  using plaintext = new seal.module.Plaintext();
  seal.decryptor.decrypt(ciphertext, plaintext);
  const decoded = seal.encoder.decodeBigInt64(plaintext) as BigInt64Array;
  const slots = Array.from(decoded.subarray(0, request.slots), Number);
  if (!profile.proven) return slots;
  const t = Number(profile.plainModulus);
  return slots.map((slot) => halved(halved(slot, t), t));
}

/** A proof of well-formed encryption is about twice the ciphertext, so twice the result is opened. */
const multiplied = (profile: Profile, residue: bigint) => (profile.proven ? 2n * residue : residue);

/** Half of a slot modulo the plain modulus, which is odd; both are nearest to zero. */
function halved(slot: number, t: number): number {
  if (slot % 2 === 0) return slot / 2;
  return slot > 0 ? (slot - t) / 2 : (slot + t) / 2;
}

/** @throws ComputeError ERR_VALUE_OUT_OF_RANGE */
export function checkSlots({ degree }: Profile, slots: number): void {
  if (Number.isInteger(slots) && slots >= 0 && slots <= degree) return;
  throw new ComputeError('ERR_VALUE_OUT_OF_RANGE', 'an opening shows no such number of slots', {
    argument: 'slots',
    expected: `0 to ${degree}`,
    got: String(slots),
  });
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

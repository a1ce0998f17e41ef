import { createHash, createHmac } from 'node:crypto';
import { checkLength, verifyPolynomials } from '../bfv/checks.js';
import { uniformPolynomial } from '../bfv/common-polynomial.js';
import { ComputeError } from '../bfv/errors.js';
import type { Profile } from '../bfv/profiles.js';
import { at, bytesOf, fillResidues, joined, wordsOf } from '../bfv/residues.js';
import type { Step } from '../bfv/worker-input.js';
import { fingerprintOf, partFingerprint, reshareHash } from './commitment.js';
import { checkNewCommittee, encodeCommittee, holderSetOf, holderSets } from './committee.js';
import { checkMemberKey, chosenShares, wipeKey } from './member-key.js';
import { dataModuliOf } from './transforms.js';
import type {
  AcceptedShare,
  HeldShare,
  ReceivedPart,
  ResharedShare,
  Resharing,
  ThresholdOperations,
} from './types.js';

type RequestOf<Name extends keyof ThresholdOperations> = Parameters<ThresholdOperations[Name]>[0];

const SEED_LENGTH = 32;

/**
 * Splits each share s_A = Σ σ_B mod q into parts for the new shares B. Nothing is drawn. The parts follow
 * from the smudging key that all holders of the share have. So holders check each other, and any of them
 * stands in for another. For all new shares but the last a part is the 32-byte seed that σ_B is expanded
 * from. The last one's is what is left of s_A, beside a seed.
 */
export function dealReshare(
  profile: Profile,
  { key, to, epoch, shareIds }: RequestOf<'dealReshare'>,
  step: Step,
): ResharedShare[] {
  try {
    checkMemberKey(profile, key);
    checkNewCommittee(to);
    if (!Number.isSafeInteger(epoch) || epoch <= key.epoch) {
      throw new ComputeError('ERR_EPOCH_OUTDATED', 'a resharing leads to a later epoch', {
        argument: 'epoch',
        expected: `more than ${key.epoch}`,
        got: String(epoch),
      });
    }
    const resharing = { profile: profile.name, keyId: key.keyId, epoch, to };
    const chosen = chosenShares(key, shareIds);
    return chosen.map((share, index) => {
      step(index, chosen.length);
      return splitShare(profile, resharing, share);
    });
  } finally {
    wipeKey(key);
  }
}

function splitShare(profile: Profile, resharing: Resharing, share: HeldShare): ResharedShare {
  const { shareId: from, secret, smudgingKey } = share;
  const newShares = holderSets(resharing.to).map(({ shareId }) => shareId);
  const rest = wordsOf(secret);
  const parts = newShares.map((shareId, index) => {
    const seed = partSeed(resharing, smudgingKey, from, shareId);
    const last = index === newShares.length - 1;
    if (!last) subtract(profile, rest, expand(profile, seed));
    const bytes = last ? joined(seed, bytesOf(rest)) : seed;
    const fingerprint = partFingerprint(resharing, from, shareId, bytes);
    return { shareId, package: bytes, fingerprint };
  });
  rest.fill(0n);
  const fingerprints = parts.map(({ shareId, fingerprint }) => [shareId, fingerprint] as const);
  const hash = reshareHash(resharing, from, Object.fromEntries(fingerprints));
  return { shareId: from, hash, parts };
}

/** Adds the parts of all old shares up to a new one; its smudging key hashes all of their seeds. */
export function acceptReshare(
  profile: Profile,
  request: RequestOf<'acceptReshare'>,
): AcceptedShare {
  const { keyId, epoch, from, to, shareId, parts } = request;
  const resharing = { profile: profile.name, keyId, epoch, to };
  checkNewCommittee(to);
  holderSetOf(to, shareId);
  const old = holderSets(from).map((set) => set.shareId);
  const isLast = holderSets(to).at(-1)?.shareId === shareId;
  const secret = new BigUint64Array(profile.secretLength / 8);
  const hash = createHash('sha256').update(
    JSON.stringify([
      'salus smudging key v1',
      profile.name,
      keyId,
      epoch,
      encodeCommittee(to),
      shareId,
    ]),
  );
  checkComplete(old, parts);
  for (const name of old) {
    const part = parts.find((one) => one.from === name) as ReceivedPart;
    checkPart(profile, resharing, { part, shareId, isLast });
    const seed = part.package.subarray(0, SEED_LENGTH);
    hash.update(createHmac('sha256', seed).update('smudging key').digest());
    const sigma = isLast ? wordsOf(part.package, SEED_LENGTH) : expand(profile, seed);
    addTo(profile, secret, sigma);
    part.package.fill(0);
  }
  const smudgingKey = Uint8Array.from(hash.digest());
  const share = { shareId, secret: bytesOf(secret), smudgingKey };
  return { share, fingerprint: fingerprintOf(resharing, share) };
}

function checkComplete(old: readonly string[], parts: readonly ReceivedPart[]): void {
  const given = parts.map(({ from }) => from);
  if (parts.length !== old.length || !old.every((shareId) => given.includes(shareId))) {
    throw new ComputeError('ERR_RESHARE_INVALID', 'not one part of each old share', {
      argument: 'parts',
      expected: old.join(' '),
      got: given.join(' '),
    });
  }
}

function checkPart(
  profile: Profile,
  resharing: Resharing,
  request: { readonly part: ReceivedPart; readonly shareId: string; readonly isLast: boolean },
): void {
  const { part, shareId, isLast } = request;
  const argument = `parts[${part.from}]`;
  const length = SEED_LENGTH + (isLast ? profile.secretLength : 0);
  checkLength(part.package, length, 'ERR_RESHARE_INVALID', argument);
  const fingerprint = partFingerprint(resharing, part.from, shareId, part.package);
  if (fingerprint !== part.fingerprint) {
    throw new ComputeError('ERR_RESHARE_INVALID', 'the part is not the one agreed on', {
      argument,
      expected: part.fingerprint,
      got: fingerprint,
    });
  }
  if (!isLast) return;
  verifyPolynomials(profile, part.package.subarray(SEED_LENGTH), {
    code: 'ERR_RESHARE_INVALID',
    argument,
    length: profile.secretLength,
    moduli: dataModuliOf(profile),
  });
}

function partSeed(
  { profile, keyId, epoch, to }: Resharing,
  smudgingKey: Uint8Array,
  from: string,
  shareId: string,
): Uint8Array {
  const text = JSON.stringify([
    'salus part v1',
    profile,
    keyId,
    epoch,
    encodeCommittee(to),
    from,
    shareId,
  ]);
  return Uint8Array.from(createHmac('sha256', smudgingKey).update(text).digest());
}

function expand(profile: Profile, seed: Uint8Array): BigUint64Array {
  return uniformPolynomial('salus share part v1', seed, profile.degree, dataModuliOf(profile));
}

function subtract(profile: Profile, from: BigUint64Array, words: BigUint64Array): void {
  fillResidues(from, dataModuliOf(profile), (index) => at(from, index) - at(words, index));
  words.fill(0n);
}

function addTo(profile: Profile, target: BigUint64Array, words: BigUint64Array): void {
  fillResidues(target, dataModuliOf(profile), (index) => at(target, index) + at(words, index));
  words.fill(0n);
}

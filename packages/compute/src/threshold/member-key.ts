import { checkLength, checkPolynomials } from '../bfv/checks.js';
import { ComputeError } from '../bfv/errors.js';
import type { Profile } from '../bfv/profiles.js';
import { checkHolder, sharesHeldBy } from './committee.js';
import { dataModuliOf } from './transforms.js';
import type { HeldShare, MemberKey } from './types.js';

/**
 * Overwrites the secrets of a member's key; it opens nothing afterwards. Best effort: what the
 * runtime copied before is out of reach.
 */
export function wipeKey(key: MemberKey): void {
  for (const { secret, smudgingKey } of key.shares) {
    secret.fill(0);
    smudgingKey.fill(0);
  }
}

/** @throws ComputeError ERR_SHARE_INVALID, ERR_COMMITTEE_INVALID */
export function checkMemberKey(profile: Profile, key: MemberKey): void {
  const owner: string = key.profile;
  if (owner !== profile.name) {
    throw new ComputeError('ERR_SHARE_INVALID', 'the key belongs to another profile', {
      argument: 'key.profile',
      expected: profile.name,
      got: owner,
    });
  }
  const expected = heldShareIds(key).join(' ');
  const got = key.shares.map(({ shareId }) => shareId).join(' ');
  if (got !== expected) {
    throw new ComputeError('ERR_SHARE_INVALID', 'the key does not have the shares of its member', {
      argument: 'key.shares',
      expected,
      got,
    });
  }
  for (const { shareId, secret, smudgingKey } of key.shares) {
    checkPolynomials(profile, secret, {
      code: 'ERR_SHARE_INVALID',
      argument: `${shareId}.secret`,
      length: profile.secretLength,
      moduli: dataModuliOf(profile),
    });
    checkLength(smudgingKey, 32, 'ERR_SHARE_INVALID', `${shareId}.smudgingKey`);
  }
}

/** @throws ComputeError ERR_EPOCH_OUTDATED */
export function checkEpoch(key: MemberKey, epoch: number | undefined): void {
  if (epoch !== undefined && epoch !== key.epoch) {
    throw new ComputeError('ERR_EPOCH_OUTDATED', 'the shares belong to another epoch', {
      argument: 'key.epoch',
      expected: String(epoch),
      got: String(key.epoch),
    });
  }
}

/**
 * The shares that are asked for, all by default.
 * @throws ComputeError ERR_SHARE_INVALID
 */
export function chosenShares(
  key: MemberKey,
  shareIds: readonly string[] | undefined,
): readonly HeldShare[] {
  if (shareIds === undefined) return key.shares;
  return shareIds.map((shareId) => {
    const share = key.shares.find((one) => one.shareId === shareId);
    if (share !== undefined) return share;
    throw new ComputeError('ERR_SHARE_INVALID', `${key.member} does not hold this share`, {
      argument: 'shareIds',
      expected: heldShareIds(key).join(' '),
      got: shareId,
    });
  });
}

function heldShareIds({ committee, member }: MemberKey): readonly string[] {
  checkHolder(committee, member);
  return sharesHeldBy(committee, member);
}

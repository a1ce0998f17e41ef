import { SalusError } from '@salus/chaincode-common';
import type { CollectiveKey, KeyStatus } from '../api.js';
import type { ContributionRecord, KeyRecord } from '../records.js';

/**
 * The ceremony of a collective key: every member commits, then every member reveals, then anybody
 * among them adds the contributions up. Whoever revealed last without having committed first would
 * choose the key.
 */

/** What the members have published so far, in the order of `KeyRecord.members`. */
export type Contributions = readonly (ContributionRecord | undefined)[];

export function keyStatus(key: KeyRecord, contributions: Contributions): KeyStatus {
  if (key.publicKeyHash !== undefined) return 'ACTIVE';
  if (contributions.some((one) => one === undefined)) return 'COMMITTING';
  if (contributions.some((one) => one?.contributionHash === undefined)) return 'REVEALING';
  return 'REVEALED';
}

/** @throws SalusError ERR_FORBIDDEN */
export function requireMember(key: KeyRecord, mspId: string): void {
  if (!key.members.includes(mspId)) {
    throw new SalusError(
      'ERR_FORBIDDEN',
      `${mspId} is not a member of the committee of key ${key.keyId}`,
      { expected: key.members.join(', '), got: mspId },
    );
  }
}

/** @throws SalusError ERR_CONFLICT */
export function commit(existing: ContributionRecord | undefined, commitment: string) {
  if (existing !== undefined) {
    throw new SalusError('ERR_CONFLICT', 'this member has committed already', {
      argument: 'commitment',
      expected: 'one commitment of each member',
    });
  }
  return { commitment } satisfies ContributionRecord;
}

/**
 * @param computedCommitment what the revealed contribution would have to be committed as
 * @throws SalusError ERR_CONFLICT, ERR_HASH_MISMATCH
 */
export function reveal(
  key: KeyRecord,
  contributions: Contributions,
  mspId: string,
  revealed: { readonly hash: string; readonly computedCommitment: string },
): ContributionRecord {
  if (contributions.some((one) => one === undefined)) {
    throw new SalusError('ERR_CONFLICT', 'not every member has committed yet', {
      expected: 'a commitment of every member before the first contribution',
    });
  }
  const own = contributions[key.members.indexOf(mspId)];
  if (own?.contributionHash !== undefined) {
    throw new SalusError('ERR_CONFLICT', 'this member has revealed already', {
      argument: 'contribution',
    });
  }
  if (own?.commitment !== revealed.computedCommitment) {
    throw new SalusError(
      'ERR_HASH_MISMATCH',
      'the contribution is not the one that was committed to',
      {
        argument: 'contribution',
        expected: own?.commitment ?? '',
        got: revealed.computedCommitment,
      },
    );
  }
  return { commitment: own.commitment, contributionHash: revealed.hash };
}

/** @throws SalusError ERR_CONFLICT */
export function requireRevealed(key: KeyRecord, contributions: Contributions): void {
  const status = keyStatus(key, contributions);
  if (status !== 'REVEALED') {
    throw new SalusError('ERR_CONFLICT', `key ${key.keyId} cannot be finalised now`, {
      expected: 'REVEALED',
      got: status,
    });
  }
}

/** @throws SalusError ERR_CONFLICT */
export function requireActive(key: KeyRecord): void {
  if (key.publicKeyHash === undefined) {
    throw new SalusError('ERR_CONFLICT', `key ${key.keyId} is not active`, {
      argument: 'keyId',
      expected: 'a key whose ceremony has ended',
    });
  }
}

export function describeKey(key: KeyRecord, contributions: Contributions): CollectiveKey {
  const { members, ...rest } = key;
  return {
    ...rest,
    status: keyStatus(key, contributions),
    members: members.map((mspId, index) => ({ mspId, ...contributions[index] })),
  };
}

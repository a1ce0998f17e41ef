import type { ComputationClient, Post } from '@salus/client/computation';
import type { ContentStore } from '@salus/client/stores';
import type { Engine, MemberKey } from '@salus/compute';
import { SalusError } from '@salus/protocol';
import type { CollectiveKey, ShareHash } from '@salus/protocol/computation';
import type { ApprovalSource } from './approvals.js';
import type { OpeningJudge } from './judge.js';
import type { MemberHome } from './member-home.js';
import type { OpenedRegister } from './opened-register.js';
import type { SubmissionSource } from './submission.js';

/** What the member asks of the ledger, by its own peer. */
export type CommitteeLedger = Omit<
  ComputationClient,
  | 'proposeKey'
  | 'proposeReshare'
  | 'retireKey'
  | 'registerCiphertext'
  | 'withdrawCiphertext'
  | 'evaluate'
  | 'requestOpening'
  | 'recordOpening'
  | 'reportNoise'
>;

/** What a committee member works with. */
export interface MemberParts {
  /** MSP ID of the own organisation. */
  readonly mspId: string;
  readonly channel: string;
  readonly chaincode: string;
  readonly ledger: CommitteeLedger;
  readonly home: MemberHome;
  /** Where contributions and ciphertexts lie. */
  readonly store: ContentStore;
  readonly post: Post;
  /** The process' one engine of a profile. */
  readonly engineOf: (profile: string) => Engine;
  readonly judge: OpeningJudge;
  /** Of the same home as the judge's. */
  readonly register: OpenedRegister;
  readonly approvals: ApprovalSource;
  /** By the own peer. */
  readonly submissionOf: SubmissionSource;
  readonly report: (line: Readonly<Record<string, unknown>>) => void;
  /** So long others have to bring their packages before this member complains. Default 1 h. */
  readonly patienceMs?: number;
  /** So long a member that can prove its partial openings waits for others to confirm them. Default 3 s. */
  readonly proofPatienceMs?: number;
  /** A member further down the committee finalises this much later, if nobody before it has. */
  readonly staggerMs?: number;
  /** In milliseconds. */
  readonly clock?: () => number;
}

/** DONE where this member has nothing left to do, WAITING while others have. */
export type Standing = 'DONE' | 'WAITING';

type KeyOfEpoch = Pick<CollectiveKey, 'keyId' | 'epoch'>;

/** The own shares of a key's present epoch. To be wiped by the caller. */
export async function ownKey(
  parts: Pick<MemberParts, 'home' | 'mspId'>,
  { keyId, epoch }: KeyOfEpoch,
): Promise<MemberKey> {
  const key = await parts.home.readKey(keyId, epoch);
  return key ?? missing(parts, { keyId, epoch }, await parts.home.epochs(keyId));
}

/**
 * Before anything is computed for shares that are not there.
 * @throws SalusError `ERR_EPOCH_OUTDATED`
 */
export async function requireOwnKey(
  parts: Pick<MemberParts, 'home' | 'mspId'>,
  { keyId, epoch }: KeyOfEpoch,
): Promise<void> {
  const epochs = await parts.home.epochs(keyId);
  if (!epochs.includes(epoch)) missing(parts, { keyId, epoch }, epochs);
}

function missing(
  { mspId }: Pick<MemberParts, 'mspId'>,
  { keyId, epoch }: KeyOfEpoch,
  epochs: readonly number[],
): never {
  throw new SalusError('ERR_EPOCH_OUTDATED', `${mspId} has no shares of the key's present epoch`, {
    argument: 'keyId',
    expected: `shares of epoch ${epoch} of ${keyId}`,
    got: epochs.length === 0 ? 'none' : `of epoch ${epochs.join(', ')}`,
    remedy:
      'this home comes from an old backup: restore a newer one, or have the committee reshare ' +
      `(salus committee reshare ${keyId}); the old shares open nothing and should be destroyed`,
  });
}

/** As the ledger lists hashes of shares. */
export function hashesOf(
  items: readonly { readonly shareId: string; readonly hash: string }[],
): ShareHash[] {
  return items.map(({ shareId, hash }) => ({ shareId, hash }));
}

/** Reads what may not be there yet. */
export async function ifThere<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof SalusError && NOT_YET.has(error.code)) return undefined;
    throw error;
  }
}

const NOT_YET: ReadonlySet<string> = new Set(['ERR_NOT_FOUND', 'ERR_NO_DECISION']);

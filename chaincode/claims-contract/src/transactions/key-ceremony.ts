import {
  caller,
  emit,
  getState,
  putState,
  requireAbsent,
  requireMsp,
  requireRole,
  requireState,
  sha256Hex,
  transactionTime,
  transientBytes,
} from '@salus/chaincode-common';
import { commitmentToContribution } from '@salus/compute';
import type { Context } from 'fabric-contract-api';
import {
  TRANSIENT,
  type CollectiveKey,
  type CommitContributionRequest,
  type FinaliseKeyRequest,
  type ProposeKeyRequest,
  type RevealContributionRequest,
} from '../api.js';
import { compute, requireProfile } from '../engine.js';
import { contributionKey, keyKey } from '../keys.js';
import type { ContributionRecord, KeyRecord } from '../records.js';
import {
  commit,
  describeKey,
  requireMember,
  requireRevealed,
  reveal,
} from '../rules/key-ceremony.js';
import { hashedTransients } from '../transient.js';

export async function proposeKey(ctx: Context, request: ProposeKeyRequest): Promise<CollectiveKey> {
  const who = caller(ctx);
  requireRole(who, 'committee');
  requireMsp(who, ...request.members);
  requireProfile(request.profile);
  await requireAbsent(ctx, keyKey(request.keyId), 'key');
  const key: KeyRecord = {
    ...request,
    proposedBy: who.mspId,
    proposedAt: transactionTime(ctx),
  };
  await putState(ctx, keyKey(request.keyId), key);
  emit(ctx, 'KeyProposed.v1', { keyId: key.keyId, members: key.members });
  return describeKey(
    key,
    key.members.map(() => undefined),
  );
}

export async function commitContribution(
  ctx: Context,
  { keyId, commitment }: CommitContributionRequest,
): Promise<CollectiveKey> {
  const { key, contributions, mspId } = await openCeremony(ctx, keyId);
  const position = key.members.indexOf(mspId);
  const record = commit(contributions[position], commitment);
  await putState(ctx, contributionKey(keyId, mspId), record);
  emit(ctx, 'ContributionCommitted.v1', { keyId, mspId });
  return describeKey(key, contributions.with(position, record));
}

export async function revealContribution(
  ctx: Context,
  { keyId }: RevealContributionRequest,
): Promise<CollectiveKey> {
  const { key, contributions, mspId } = await openCeremony(ctx, keyId);
  const bytes = transientBytes(ctx, TRANSIENT.contribution);
  const context = {
    profile: requireProfile(key.profile).name,
    keyId,
    member: mspId,
    seed: Buffer.from(key.aSeed, 'hex'),
  };
  const record = reveal(key, contributions, mspId, {
    hash: sha256Hex(bytes),
    computedCommitment: commitmentToContribution(context, bytes),
  });
  await putState(ctx, contributionKey(keyId, mspId), record);
  emit(ctx, 'ContributionRevealed.v1', { keyId, mspId, contributionHash: record.contributionHash });
  return describeKey(key, contributions.with(key.members.indexOf(mspId), record));
}

/** Every endorser adds the contributions up itself and writes the hash that it found. */
export async function finaliseKey(
  ctx: Context,
  { keyId }: FinaliseKeyRequest,
): Promise<CollectiveKey> {
  const { key, contributions } = await openCeremony(ctx, keyId);
  requireRevealed(key, contributions);
  const hashes = contributions.map((one) => one?.contributionHash ?? '');
  const collective = await compute(key.profile, (engine) =>
    engine.combineKey({
      seed: Buffer.from(key.aSeed, 'hex'),
      contributions: hashedTransients(ctx, TRANSIENT.contribution, hashes),
    }),
  );
  const active: KeyRecord = {
    ...key,
    publicKeyHash: collective.hash,
    activatedAt: transactionTime(ctx),
  };
  await putState(ctx, keyKey(keyId), active);
  emit(ctx, 'KeyActivated.v1', { keyId, publicKeyHash: collective.hash });
  return describeKey(active, contributions);
}

export async function getKey(ctx: Context, keyId: string): Promise<CollectiveKey> {
  const key = await requireState<KeyRecord>(ctx, keyKey(keyId), 'key');
  return describeKey(key, await readContributions(ctx, key));
}

async function openCeremony(ctx: Context, keyId: string) {
  const who = caller(ctx);
  requireRole(who, 'committee');
  const key = await requireState<KeyRecord>(ctx, keyKey(keyId), 'key');
  requireMember(key, who.mspId);
  return { key, contributions: await readContributions(ctx, key), mspId: who.mspId };
}

async function readContributions(ctx: Context, key: KeyRecord) {
  const contributions: (ContributionRecord | undefined)[] = [];
  for (const mspId of key.members) {
    contributions.push(await getState<ContributionRecord>(ctx, contributionKey(key.keyId, mspId)));
  }
  return contributions;
}

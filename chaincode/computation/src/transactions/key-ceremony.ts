import type { Context } from 'fabric-contract-api';
import {
  caller,
  emit,
  putState,
  requireAbsent,
  requireMsp,
  requireRole,
  transactionTime,
  transientBytes,
} from '@salus/chaincode-common';
import { commitmentOf, type Hashed } from '@salus/compute';
import { fingerprintOfKey } from '@salus/crypto/letter';
import { sha256Hex } from '@salus/protocol';
import {
  TRANSIENT,
  type CeremonyStep,
  type CollectiveKey,
  type CommitContributionRequest,
  type ComplainRequest,
  type ConfirmSharesRequest,
  type FinaliseKeyRequest,
  type ProposeKeyRequest,
  type ProveSharesRequest,
  type RevealContributionRequest,
} from '@salus/protocol/computation';
import { compute, requireProfile } from '../engine/engine.js';
import {
  isContributing,
  requireCeremonyEpoch,
  requireCommitted,
  requirePhase,
} from '../rules/ceremony.js';
import { fail } from '../rules/complaint.js';
import { checkProposal, type KeyTerms } from '../rules/key.js';
import { dealersOf, requireShares, sharesDealtBy, sharesHeldBy } from '../rules/shares.js';
import { collectiveKeyKey } from '../state/keys.js';
import type { KeyRecord, PostedSteps } from '../state/records.js';
import { hashedShares, hashedTransient } from '../state/transient.js';
import { describe } from './keys.js';
import { countProposal } from './proposals.js';
import { allSteps, readKey, readSteps, requireOfficer, takeStep } from './steps.js';
import { requireShown } from './evidence.js';
import { contributionsOf, requireTrial, requireTrialFailed } from './trial.js';

export async function proposeKey(
  ctx: Context,
  request: ProposeKeyRequest,
  terms: KeyTerms,
): Promise<CeremonyStep> {
  const who = caller(ctx);
  requireRole(who, 'committee');
  requireMsp(who, ...request.members);
  checkProposal(request, requireProfile(request.profile), terms);
  await requireAbsent(ctx, collectiveKeyKey(request.keyId), 'key');
  await countProposal(ctx, who.mspId, request.keyId);
  const { members, threshold, ...rest } = request;
  const committee = { members, threshold };
  const key: KeyRecord = {
    ...rest,
    committee,
    status: 'PENDING',
    epoch: 0,
    ceremony: {
      kind: 'GENERATE',
      epoch: 0,
      committee,
      proposedBy: who.mspId,
      proposedAt: transactionTime(ctx),
    },
  };
  await putState(ctx, collectiveKeyKey(key.keyId), key);
  emit(ctx, 'KeyProposed.v1', { keyId: key.keyId, members, threshold });
  return { keyId: key.keyId, epoch: 0, mspId: who.mspId };
}

export async function commitContribution(
  ctx: Context,
  { keyId, commitment }: CommitContributionRequest,
): Promise<CeremonyStep> {
  const key = await readKey(ctx, keyId);
  const mspId = requireDealer(ctx, key);
  const step = await takeStep(ctx, key, mspId, 'commitment', commitment);
  emit(ctx, 'ContributionCommitted.v1', step);
  return step;
}

export async function revealContribution(
  ctx: Context,
  { keyId }: RevealContributionRequest,
): Promise<CeremonyStep> {
  const key = await readKey(ctx, keyId);
  const mspId = requireDealer(ctx, key);
  const { commitment } = await readSteps(ctx, key, 'commitment');
  requirePhase(key, { ...nothing, commitment }, 'REVEALING');
  const contributions = sharesDealtBy(key.ceremony.committee, mspId).map((shareId) => ({
    shareId,
    hash: sha256Hex(transientBytes(ctx, `${TRANSIENT.contribution}.${shareId}`)),
  }));
  requireCommitted(
    commitment.get(mspId),
    commitmentOf(
      {
        profile: requireProfile(key.profile).name,
        keyId,
        epoch: key.ceremony.epoch,
        member: mspId,
        seed: Buffer.from(key.aSeed, 'hex'),
      },
      Object.fromEntries(contributions.map(({ shareId, hash }) => [shareId, hash])),
    ),
  );
  const signer = fingerprintOfKey(ctx.clientIdentity.getIDBytes());
  await takeStep(ctx, key, mspId, 'signer', signer);
  const step = await takeStep(ctx, key, mspId, 'contributions', contributions);
  emit(ctx, 'ContributionRevealed.v1', step);
  return step;
}

/**
 * Every holder posts what it computed from the packages, and in a resharing the contributions of its new shares. All
 * holders of a share have to agree.
 */
export async function confirmShares(
  ctx: Context,
  { keyId, epoch, fingerprints, contributions }: ConfirmSharesRequest,
): Promise<CeremonyStep> {
  const { key, mspId } = await ceremonyAt(ctx, keyId, epoch);
  const held = sharesHeldBy(key.ceremony.committee, mspId);
  requireShares('fingerprints', fingerprints, held);
  requireShares('contributions', contributions ?? [], isContributing(key) ? held : []);
  // What other holders post in this step is not read: they would conflict.
  const isNew = key.ceremony.kind === 'GENERATE';
  const names = isNew ? (['commitment', 'contributions'] as const) : (['dealt'] as const);
  requirePhase(key, await readSteps(ctx, key, ...names), 'CONFIRMING');
  if (contributions) await takeStep(ctx, key, mspId, 'contributions', contributions);
  const step = await takeStep(ctx, key, mspId, 'fingerprints', fingerprints);
  emit(ctx, 'SharesConfirmed.v1', step);
  return step;
}

/** The hashes come before any partial opening of the trial does, so that none can be made to fit. */
export async function proveShares(
  ctx: Context,
  { keyId, epoch, partials }: ProveSharesRequest,
): Promise<CeremonyStep> {
  const { key, mspId } = await ceremonyAt(ctx, keyId, epoch);
  requireShares('partials', partials, sharesHeldBy(key.ceremony.committee, mspId));
  const names = ['commitment', 'contributions', 'dealt', 'fingerprints'] as const;
  requirePhase(key, await readSteps(ctx, key, ...names), 'PROVING');
  const step = await takeStep(ctx, key, mspId, 'trial', partials);
  emit(ctx, 'SharesProved.v1', step);
  return step;
}

/**
 * Ends a ceremony. That the trial fails is no member's word: every endorser opens it again, with what the
 * complaint brings along. So is what a dealer of a new key sealed: every endorser opens its letter.
 */
export async function complain(
  ctx: Context,
  { epoch, ...request }: ComplainRequest,
): Promise<CeremonyStep> {
  const { key, mspId } = await ceremonyAt(ctx, request.keyId, epoch);
  const { keyId, ...complaint } = request;
  const posted = await readSteps(ctx, key, ...allSteps);
  const failed = fail(key, posted, { ...complaint, by: mspId, at: transactionTime(ctx) });
  if (request.reason === 'TRIAL_FAILED') {
    await requireTrialFailed(ctx, key, posted, await publicKeyOf(ctx, key, posted));
  }
  if (failed.ceremony.complaint?.shown)
    await requireShown(ctx, key, posted, failed.ceremony.complaint);
  await putState(ctx, collectiveKeyKey(keyId), failed);
  emit(ctx, 'CeremonyFailed.v1', { keyId, epoch, reason: request.reason, by: mspId });
  return { keyId, epoch, mspId };
}

/**
 * Every endorser adds the contributions up itself, opens the trial with the members' partial openings,
 * and writes the hash that it found.
 */
export async function finaliseKey(
  ctx: Context,
  { keyId }: FinaliseKeyRequest,
): Promise<CollectiveKey> {
  const key = await readKey(ctx, keyId);
  requireOfficer(ctx, keyId, key.committee.members);
  const posted = await readSteps(ctx, key, ...allSteps);
  requirePhase(key, posted, 'READY');
  const collective = await combinedKey(ctx, key, posted);
  await requireTrial(ctx, key, posted, collective.bytes);
  const active: KeyRecord = {
    ...key,
    status: 'ACTIVE',
    publicKeyHash: collective.hash,
    activatedAt: transactionTime(ctx),
    ceremony: { ...key.ceremony, outcome: 'DONE' },
  };
  await putState(ctx, collectiveKeyKey(keyId), active);
  emit(ctx, 'KeyActivated.v1', { keyId, epoch: active.epoch, publicKeyHash: collective.hash });
  return await describe(ctx, active, posted);
}

const nothing: PostedSteps = {
  commitment: new Map(),
  signer: new Map(),
  contributions: new Map(),
  dealt: new Map(),
  fingerprints: new Map(),
  trial: new Map(),
};

function requireDealer(ctx: Context, key: KeyRecord): string {
  const { kind, committee } = key.ceremony;
  return requireOfficer(ctx, key.keyId, kind === 'GENERATE' ? dealersOf(committee) : []);
}

/** The contributions, added up. */
function combinedKey(ctx: Context, key: KeyRecord, posted: PostedSteps): Promise<Hashed> {
  const contributions = hashedShares(ctx, TRANSIENT.contribution, contributionsOf(key, posted));
  return compute(key.profile, (engine) =>
    engine.combineKey({
      seed: Buffer.from(key.aSeed, 'hex'),
      contributions: contributions.map(({ bytes }) => bytes),
    }),
  );
}

/** A resharing keeps the public key. */
async function publicKeyOf(ctx: Context, key: KeyRecord, posted: PostedSteps) {
  if (key.publicKeyHash === undefined) return (await combinedKey(ctx, key, posted)).bytes;
  return hashedTransient(ctx, TRANSIENT.publicKey, key.publicKeyHash);
}

async function ceremonyAt(ctx: Context, keyId: string, epoch: number) {
  const key = await readKey(ctx, keyId);
  const mspId = requireOfficer(ctx, keyId, key.ceremony.committee.members);
  requireCeremonyEpoch(key, epoch);
  return { key, mspId };
}

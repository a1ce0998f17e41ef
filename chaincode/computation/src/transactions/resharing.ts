import type { Context } from 'fabric-contract-api';
import { emit, putState, transactionTime } from '@salus/chaincode-common';
import {
  TRANSIENT,
  type CeremonyStep,
  type CollectiveKey,
  type DealReshareRequest,
  type FinaliseReshareRequest,
  type ProposeReshareRequest,
} from '@salus/protocol/computation';
import {
  dissentingOf,
  requireCeremonyEpoch,
  requireNextEpoch,
  requirePhase,
} from '../rules/ceremony.js';
import { checkCommittee, requireActive, type KeyTerms } from '../rules/key.js';
import { askForReshare, reshared } from '../rules/resharing.js';
import { requireShares, sharesHeldBy } from '../rules/shares.js';
import { collectiveKeyKey } from '../state/keys.js';
import { hashedTransient } from '../state/transient.js';
import { describe } from './keys.js';
import { allSteps, readKey, readSteps, requireOfficer, takeStep } from './steps.js';
import { requireTrial } from './trial.js';

/**
 * Asks for new shares of a key: for the same members (a refresh, which makes old shares worthless) or
 * for another committee. What begins takes the place of a resharing that came to no end.
 */
export async function proposeReshare(
  ctx: Context,
  { keyId, epoch, members, threshold }: ProposeReshareRequest,
  terms: KeyTerms,
): Promise<CeremonyStep> {
  const key = await readKey(ctx, keyId);
  const mspId = requireOfficer(ctx, keyId, key.committee.members);
  requireActive(key);
  const committee = { members, threshold };
  checkCommittee(committee, terms);
  requireNextEpoch(key, epoch);
  const asked = askForReshare(key, mspId, committee, epoch, transactionTime(ctx));
  await putState(ctx, collectiveKeyKey(keyId), asked);
  const name = asked.ceremony.epoch === epoch ? 'ReshareProposed.v1' : 'ReshareAsked.v1';
  emit(ctx, name, { keyId, epoch, members, threshold, by: mspId });
  return { keyId, epoch, mspId };
}

export async function dealReshare(
  ctx: Context,
  { keyId, epoch, hashes }: DealReshareRequest,
): Promise<CeremonyStep> {
  const key = await readKey(ctx, keyId);
  const mspId = requireOfficer(ctx, keyId, key.committee.members);
  requireCeremonyEpoch(key, epoch);
  requireShares('hashes', hashes, sharesHeldBy(key.committee, mspId));
  requirePhase(key, await readSteps(ctx, key, 'dealt'), 'DEALING');
  const step = await takeStep(ctx, key, mspId, 'dealt', hashes);
  emit(ctx, 'ReshareDealt.v1', step);
  return step;
}

/** From here on the new shares count, and those of the epoch before open nothing any more. */
export async function finaliseReshare(
  ctx: Context,
  { keyId, epoch }: FinaliseReshareRequest,
): Promise<CollectiveKey> {
  const key = await readKey(ctx, keyId);
  requireOfficer(ctx, keyId, key.ceremony.committee.members);
  requireActive(key);
  requireCeremonyEpoch(key, epoch);
  const posted = await readSteps(ctx, key, ...allSteps);
  requirePhase(key, posted, 'READY');
  const publicKey = hashedTransient(ctx, TRANSIENT.publicKey, key.publicKeyHash ?? '');
  await requireTrial(ctx, key, posted, publicKey);
  const changed = reshared(key, dissentingOf(key, posted));
  await putState(ctx, collectiveKeyKey(keyId), changed);
  emit(ctx, 'KeyReshared.v1', { keyId, epoch });
  return await describe(ctx, changed, posted);
}

import type { Context } from 'fabric-contract-api';
import { caller, emit, putState, transactionTime } from '@salus/chaincode-common';
import { conflict, SalusError } from '@salus/protocol';
import {
  TRANSIENT,
  type CollectiveKey,
  type EndKeyRequest,
  type Opening,
  type ReportNoiseRequest,
} from '@salus/protocol/computation';
import { compute } from '../engine/engine.js';
import { examine } from '../rules/examine.js';
import { endByNoise } from '../rules/key.js';
import { requireRecorder, requireReleasable, requireUnrecorded } from '../rules/partials.js';
import { collectiveKeyKey, openingRecordKey } from '../state/keys.js';
import type { RecordedOpening } from '../state/records.js';
import { hashedShares, hashedTransient } from '../state/transient.js';
import { describe } from './keys.js';
import { describeOpening, requirePermitted } from './openings.js';
import { allSteps, readKey, readSteps } from './steps.js';

/**
 * The recorders recombine what the holders of each share confirm, each on its own peer. They endorse that there is
 * more noise than any honest opening has, and no report where there is less. Only they may see the partial openings:
 * so the key ends by {@link endKey}, which others endorse. Reported again, the opening is answered as it is.
 *
 * Proofs take no part: where they open a result, they bound its noise.
 *
 * @throws SalusError ERR_FORBIDDEN, ERR_CONFLICT where the noise is within the bound or values are on record,
 *   ERR_OPENING_UNCONFIRMED, ERR_PARTIAL_INVALID, ERR_HASH_MISMATCH
 */
export async function reportNoise(
  ctx: Context,
  { openingId }: ReportNoiseRequest,
): Promise<Opening> {
  const state = await requirePermitted(ctx, openingId);
  const { opening, posted, recorded: started, resultHash } = state;
  requireRecorder(opening, caller(ctx).mspId);
  if (started?.noisyAt !== undefined) return describeOpening(state);
  requireUnrecorded(started);
  const { keyId, recorders, committee, epoch, shownSlots: slots } = opening;
  const examined = examine(opening, posted);
  requireReleasable(examined);
  const ciphertext = hashedTransient(ctx, TRANSIENT.result, resultHash);
  const partials = hashedShares(ctx, TRANSIENT.partial, examined.agreed);
  const { profile } = await readKey(ctx, keyId);
  await requireNoise(() =>
    compute(profile, (engine) => engine.combineOpening({ ciphertext, committee, partials, slots })),
  );
  const { liars } = examined;
  const noisyAt = transactionTime(ctx);
  const recorded: RecordedOpening = { recorders, liars, epoch, noisyAt };
  await putState(ctx, openingRecordKey(openingId), recorded);
  emit(ctx, 'NoiseExceeded.v1', { openingId, keyId });
  return describeOpening({ opening, posted, recorded });
}

/**
 * Ends the key of an opening that its recorders found noisy. The finding is on the ledger, so anybody may ask. Asked
 * again, the key is answered as it is.
 *
 * @throws SalusError ERR_CONFLICT where no such finding is on record
 */
export async function endKey(ctx: Context, { openingId }: EndKeyRequest): Promise<CollectiveKey> {
  const state = await requirePermitted(ctx, openingId);
  if (state.recorded?.noisyAt === undefined) {
    const { status } = describeOpening(state);
    throw conflict('openingId', 'no noise is on record of this opening', 'NOISY', status);
  }
  const { keyId } = state.opening;
  const key = await readKey(ctx, keyId);
  const posted = await readSteps(ctx, key, ...allSteps);
  if (key.status === 'RETIRED') return await describe(ctx, key, posted);
  const ended = endByNoise(key, openingId, transactionTime(ctx));
  await putState(ctx, collectiveKeyKey(keyId), ended);
  emit(ctx, 'KeyRetired.v1', { keyId, by: caller(ctx).mspId, reason: 'NOISE_EXCEEDED' });
  return await describe(ctx, ended, posted);
}

async function requireNoise(combine: () => Promise<unknown>): Promise<void> {
  try {
    await combine();
  } catch (error) {
    if (error instanceof SalusError && error.code === 'ERR_NOISE_EXCEEDED') return;
    throw error;
  }
  throw conflict(
    'openingId',
    'the noise of this opening is within the bound',
    'an opening with more noise',
    'less',
  );
}

import type { Context } from 'fabric-contract-api';
import { conflict, SalusError } from '@salus/protocol';
import { inOrderOfShares, TRANSIENT, type ShareHash } from '@salus/protocol/computation';
import { compute } from '../engine/engine.js';
import { trialLabelOf } from '../rules/ceremony.js';
import { complete, unanimous } from '../rules/shares.js';
import type { KeyRecord, PostedSteps } from '../state/records.js';
import { hashedShares } from '../state/transient.js';

/** The contributions of all shares, in the order of the shares. */
export function contributionsOf(key: KeyRecord, posted: PostedSteps): readonly ShareHash[] {
  return inOrderOfShares([...posted.contributions.values()].flat());
}

/**
 * Opens the trial ciphertext with the partial openings whose hashes all holders posted. It opens to zeros
 * only if the shares add up to the secret of the public key.
 * @throws SalusError ERR_CONFLICT, ERR_HASH_MISMATCH, ERR_TRIAL_FAILED
 */
export async function requireTrial(
  ctx: Context,
  key: KeyRecord,
  posted: PostedSteps,
  publicKey: Uint8Array,
): Promise<void> {
  const { committee } = key.ceremony;
  const label = trialLabelOf(key, posted.fingerprints);
  const hashes = complete(unanimous(committee, posted.trial));
  if (label === undefined || hashes === undefined) {
    throw new SalusError('ERR_CONFLICT', 'the shares are not proved yet');
  }
  const partials = hashedShares(ctx, TRANSIENT.partial, hashes);
  await compute(key.profile, (engine) =>
    engine.checkTrial({ publicKey, label, committee, partials }),
  );
}

/**
 * A complaint that the trial fails is false where it opens.
 * @throws SalusError ERR_CONFLICT, ERR_HASH_MISMATCH
 */
export async function requireTrialFailed(
  ctx: Context,
  key: KeyRecord,
  posted: PostedSteps,
  publicKey: Uint8Array,
): Promise<void> {
  try {
    await requireTrial(ctx, key, posted, publicKey);
  } catch (error) {
    if (error instanceof SalusError && error.code === 'ERR_TRIAL_FAILED') return;
    throw error;
  }
  throw conflict('reason', 'the trial opens', 'a trial that fails', 'TRIAL_FAILED');
}

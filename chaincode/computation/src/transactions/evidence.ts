import type { Context } from 'fabric-contract-api';
import { transientBytes } from '@salus/chaincode-common';
import { openShown } from '@salus/crypto/letter';
import { conflict, SalusError } from '@salus/protocol';
import { TRANSIENT } from '@salus/protocol/computation';
import { compute } from '../engine/engine.js';
import { letterIn, letterTerms } from '../rules/evidence.js';
import type { ComplaintRecord, KeyRecord, PostedSteps } from '../state/records.js';
import { hashedShares } from '../state/transient.js';

/**
 * Opens the dealer's letter, which a complaint brings along with the key, and holds the package against the
 * contribution. A complaint about a right one is false.
 *
 * @throws SalusError ERR_CONFLICT, ERR_INVALID_ARGUMENT, ERR_HASH_MISMATCH, ERR_LETTER_INVALID
 */
export async function requireShown(
  ctx: Context,
  key: KeyRecord,
  posted: PostedSteps,
  complaint: ComplaintRecord,
): Promise<void> {
  const { shareId, contribution, ...terms } = letterTerms(key, posted, complaint);
  const letter = letterIn(transientBytes(ctx, TRANSIENT.letter));
  const receivingKey = Buffer.from(transientBytes(ctx, TRANSIENT.receivingKey)).toString('utf8');
  const [revealed] = hashedShares(ctx, TRANSIENT.contribution, [{ shareId, hash: contribution }]);
  const sealed = await openShown(letter, receivingKey, terms);
  const bytes = sealed?.get(shareId);
  if (!bytes || !revealed) return;
  const { keyId, aSeed, ceremony } = key;
  const share = {
    keyId,
    seed: Buffer.from(aSeed, 'hex'),
    committee: ceremony.committee,
    shareId,
    contribution: revealed.bytes,
    package: bytes,
  };
  try {
    await compute(key.profile, (engine) => engine.acceptShare(share));
  } catch (error) {
    if (error instanceof SalusError && UNUSABLE.has(error.code)) return;
    throw error;
  }
  throw conflict('reason', 'the package is right', 'a package that is wrong', 'SHARE_INVALID');
}

/** The package does not belong to the contribution, or that is none. */
const UNUSABLE: ReadonlySet<string> = new Set(['ERR_SHARE_INVALID', 'ERR_CONTRIBUTION_INVALID']);

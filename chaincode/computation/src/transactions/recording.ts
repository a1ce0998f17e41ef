import type { Context } from 'fabric-contract-api';
import { caller, emit, putState, transactionTime, transientBytes } from '@salus/chaincode-common';
import { parseRequest } from '@salus/protocol';
import {
  hashOfOpened,
  openedValues,
  saltText,
  type Opening,
  type OpenedValues,
  type RecordOpeningRequest,
  TRANSIENT,
} from '@salus/protocol/computation';
import { compute } from '../engine/engine.js';
import { examine } from '../rules/examine.js';
import {
  requireRecorder,
  requireReleasable,
  requireReported,
  requireUnrecorded,
} from '../rules/partials.js';
import { openingRecordKey } from '../state/keys.js';
import type { RecordedOpening } from '../state/records.js';
import { hashedShares, hashedTransient } from '../state/transient.js';
import { provenIn } from './opening-proofs.js';
import { describeOpening, requirePermitted } from './openings.js';
import { readKey } from './steps.js';

/**
 * The recorders recombine, each on its own peer, and endorse no other values than they found: no
 * recipient can report others. The ledger learns a salted hash, and who lied.
 */
export async function recordOpening(
  ctx: Context,
  { openingId, openedHash }: RecordOpeningRequest,
): Promise<Opening> {
  const { opening } = await addRecord(ctx, openingId, openedHash);
  emit(ctx, 'OpeningRecorded.v1', { openingId, openedHash });
  return opening;
}

/** What the recorders find, for their eyes only. */
export interface Opened {
  readonly opening: Opening;
  readonly slots: readonly number[];
  readonly values: OpenedValues;
}

/**
 * Recombines the partial openings that the ledger's hashes stand for, and puts on record what they open to.
 * For a contract that goes on to use the values, too; emits nothing. Each share has to be confirmed or proven, see
 * {@link examine}: no value of a member's making is used.
 *
 * @param reported - hash that the caller reports of {@link OpenedValues}; left out, none is compared
 * @throws SalusError ERR_FORBIDDEN, ERR_CONFLICT, ERR_OPENING_UNCONFIRMED, ERR_PARTIAL_INVALID,
 *   ERR_PROOF_INVALID, ERR_HASH_MISMATCH, ERR_RESULT_MISMATCH
 */
export async function addRecord(
  ctx: Context,
  openingId: string,
  reported?: string,
): Promise<Opened> {
  const { opening, posted, recorded: started, resultHash } = await requirePermitted(ctx, openingId);
  const { committee, epoch, shownSlots } = opening;
  requireRecorder(opening, caller(ctx).mspId);
  requireUnrecorded(started);
  const key = await readKey(ctx, opening.keyId);
  const ciphertext = hashedTransient(ctx, TRANSIENT.result, resultHash);
  const proven = await provenIn(ctx, { opening, key, posted, ciphertext });
  const examined = examine(opening, posted, proven);
  requireReleasable(examined);
  const partials = hashedShares(ctx, TRANSIENT.partial, examined.agreed);
  const isProven = proven.members.length > 0;
  const slots = await compute(key.profile, (engine) =>
    engine.combineOpening({ ciphertext, committee, partials, isProven, slots: shownSlots }),
  );
  const values = openedValues(openingId, slots, readSalt(ctx));
  const openedHash = hashOfOpened(values);
  if (reported !== undefined) requireReported(reported, openedHash);
  const recorded: RecordedOpening = {
    recorders: opening.recorders,
    openedHash,
    liars: examined.liars,
    unproven: examined.unproven,
    epoch,
    recordedAt: transactionTime(ctx),
  };
  await putState(ctx, openingRecordKey(openingId), recorded);
  return { opening: describeOpening({ opening, posted, recorded }), slots, values };
}

function readSalt(ctx: Context): string {
  const text = Buffer.from(transientBytes(ctx, TRANSIENT.salt)).toString('utf8');
  return parseRequest(saltText, JSON.stringify(text), TRANSIENT.salt);
}

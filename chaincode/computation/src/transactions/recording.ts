import type { Context } from 'fabric-contract-api';
import {
  caller,
  emit,
  getState,
  putState,
  transactionTime,
  transientBytes,
} from '@salus/chaincode-common';
import { parseRequest, hashOf } from '@salus/protocol';
import {
  saltText,
  type OpenedValues,
  type Opening,
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
  withoutTrailingZeros,
} from '../rules/partials.js';
import { openingRecordKey } from '../state/keys.js';
import type { RecordedOpening } from '../state/records.js';
import { hashedShares, hashedTransient } from '../state/transient.js';
import { describeOpening, readPartials, requirePermitted } from './openings.js';
import { readKey } from './steps.js';

/**
 * The recorders recombine, each on its own peer, and endorse no other values than they found: no
 * recipient can report others. The ledger learns a salted hash, and who lied.
 */
export async function recordOpening(
  ctx: Context,
  { openingId, openedHash }: RecordOpeningRequest,
): Promise<Opening> {
  const { opening } = await addRecord(ctx, openingId, (values, salt) => {
    const found = hashOfOpened(openingId, values, salt);
    requireReported(openedHash, found);
    return found;
  });
  emit(ctx, 'OpeningRecorded.v1', { openingId, openedHash });
  return opening;
}

/**
 * Recombines the partial openings that the ledger's hashes stand for and puts on record what they
 * open to. For a contract that goes on to use the values; emits nothing.
 *
 * @param summarise the salted hash to keep of the opened slots, e.g. {@link hashOfOpened}
 * @returns also the slots, for the recorders' eyes only, and the salt that came along
 * @throws SalusError ERR_FORBIDDEN, ERR_CONFLICT, ERR_PARTIAL_INVALID, ERR_HASH_MISMATCH
 */
export async function addRecord(
  ctx: Context,
  openingId: string,
  summarise: (slots: readonly number[], salt: string) => string,
): Promise<{ opening: Opening; slots: readonly number[]; salt: string }> {
  const opening = await requirePermitted(ctx, openingId);
  const key = await readKey(ctx, opening.keyId);
  const started = await getState<RecordedOpening>(ctx, openingRecordKey(openingId));
  const { mspId } = caller(ctx);
  requireRecorder(started, mspId);
  requireUnrecorded(started);
  const posted = await readPartials(ctx, openingId, key);
  const examined = examine(key.committee, posted);
  requireReleasable(examined);
  const ciphertext = hashedTransient(ctx, TRANSIENT.result, opening.resultHash);
  const partials = hashedShares(ctx, TRANSIENT.partial, examined.agreed);
  const slots = await compute(key.profile, (engine) =>
    engine.combineOpening({ ciphertext, committee: key.committee, partials }),
  );
  const salt = readSalt(ctx);
  const recorded: RecordedOpening = {
    recorders: started?.recorders ?? [],
    openedHash: summarise(slots, salt),
    liars: examined.liars,
    epoch: key.epoch,
    recordedAt: transactionTime(ctx),
  };
  await putState(ctx, openingRecordKey(openingId), recorded);
  return { opening: describeOpening(opening, key, posted, recorded), slots, salt };
}

/** Hash of {@link OpenedValues}. */
export function hashOfOpened(openingId: string, slots: readonly number[], salt: string): string {
  const opened: OpenedValues = { openingId, values: withoutTrailingZeros(slots), salt };
  return hashOf(opened);
}

function readSalt(ctx: Context): string {
  const text = Buffer.from(transientBytes(ctx, TRANSIENT.salt)).toString('utf8');
  return parseRequest(saltText, JSON.stringify(text), TRANSIENT.salt);
}

import type { Context } from 'fabric-contract-api';
import {
  caller,
  emit,
  getPrivate,
  parseTransient,
  putPrivate,
  requireKind,
} from '@salus/chaincode-common';
import { SalusError } from '@salus/protocol';
import {
  TRANSIENT,
  transientDetails,
  transientKeys,
  type DetailsDeposited,
  type GetRecordRequest,
  type HealthRecord,
  type ReadDetails,
  type RecordDetails,
  type RecordKeys,
} from '@salus/protocol/ehr';
import { requireAnchored, requireKept } from '../rules/registration.js';
import { CARE_COLLECTION, detailsKey, recordKeysKey } from '../state/keys.js';
import { getRecord } from './records.js';

/** Writes private data only, so that one hospital suffices as endorser; the anchored hash keeps it honest. */
export async function depositDetails(ctx: Context): Promise<DetailsDeposited> {
  const deposits = parseTransient(ctx, transientDetails, TRANSIENT.details);
  for (const { details, keys } of deposits) {
    const record = await keptRecord(ctx, keys);
    requireAnchored(record, details);
    const { pseudonym, recordId } = keys;
    await putPrivate(ctx, CARE_COLLECTION, detailsKey(pseudonym, recordId), details);
    await putPrivate(ctx, CARE_COLLECTION, recordKeysKey(pseudonym, recordId), keys);
  }
  return deposited(
    ctx,
    'DetailsDeposited.v1',
    deposits.map(({ keys }) => keys),
  );
}

/** Puts other sealed keys in the place of those of records, as after a new epoch of a category's key. */
export async function replaceKeys(ctx: Context): Promise<DetailsDeposited> {
  const replacements = parseTransient(ctx, transientKeys, TRANSIENT.keys);
  for (const keys of replacements) {
    await keptRecord(ctx, keys);
    const { pseudonym, recordId } = keys;
    await putPrivate(ctx, CARE_COLLECTION, recordKeysKey(pseudonym, recordId), keys);
  }
  return deposited(ctx, 'KeysReplaced.v1', replacements);
}

/** Only the hospitals' peers can answer. */
export async function readDetails(ctx: Context, request: GetRecordRequest): Promise<ReadDetails> {
  await requireKind(ctx, caller(ctx), 'hospital');
  const { pseudonym, recordId } = request;
  const details = await getPrivate<RecordDetails>(
    ctx,
    CARE_COLLECTION,
    detailsKey(pseudonym, recordId),
  );
  const keys = await getPrivate<RecordKeys>(
    ctx,
    CARE_COLLECTION,
    recordKeysKey(pseudonym, recordId),
  );
  if (details !== undefined && keys !== undefined) return { details, keys };
  await getRecord(ctx, request);
  throw new SalusError('ERR_DETAILS_MISSING', 'The details of the record are not deposited yet', {
    argument: 'recordId',
    expected: 'a record with details',
    got: 'one without',
  });
}

/** A record that the caller's organisation keeps. */
async function keptRecord(ctx: Context, of: GetRecordRequest): Promise<HealthRecord> {
  const who = caller(ctx);
  await requireKind(ctx, who, 'hospital');
  const record = await getRecord(ctx, { pseudonym: of.pseudonym, recordId: of.recordId });
  requireKept(record, who.mspId);
  return record;
}

function deposited(
  ctx: Context,
  event: `${string}.v${number}`,
  of: readonly GetRecordRequest[],
): DetailsDeposited {
  const records = of.map(({ pseudonym, recordId }) => ({ pseudonym, recordId }));
  emit(ctx, event, { records });
  return { recordIds: records.map(({ recordId }) => recordId) };
}

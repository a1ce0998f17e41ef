import type { Context } from 'fabric-contract-api';
import {
  caller,
  emit,
  getPrivate,
  parseTransient,
  putPrivate,
  requireKind,
  requireOwnPeer,
  whereDefined,
} from '@salus/chaincode-common';
import { SalusError } from '@salus/protocol';
import {
  TRANSIENT,
  transientDetails,
  transientKeys,
  type DetailsDeposited,
  type DetailsShared,
  type GetRecordRequest,
  type HealthRecord,
  type ReadDetails,
  type RecordDeposit,
  type RecordDetails,
  type RecordKeys,
  type ShareDetailsRequest,
} from '@salus/protocol/ehr';
import { requireAnchored, requireKept } from '../rules/registration.js';
import { mayHold, requireSharable } from '../rules/copies.js';
import {
  detailsKey,
  EARLIER_COLLECTION,
  organisationCollection,
  recordKeysAt,
} from '../state/keys.js';
import { ConsentsNow, consentNow } from './copies.js';
import { getRecord } from './records.js';

/**
 * Writes the custodian's own collection only, so that its peer alone endorses and sees it; the anchored
 * hash keeps it honest.
 */
export async function depositDetails(ctx: Context): Promise<DetailsDeposited> {
  const deposits = parseTransient(ctx, transientDetails, TRANSIENT.details);
  for (const { details, keys } of deposits) {
    const record = await keptRecord(ctx, keys);
    requireAnchored(record, details);
    await putDetails(ctx, record.custodian, { details, keys });
  }
  return deposited(
    ctx,
    'DetailsDeposited.v1',
    deposits.map(({ keys }) => keys),
  );
}

/**
 * Hands another organisation a copy of what it may know: details and sealed keys of records that a permit
 * opens to it. Writes its own collection only, so that its peer alone endorses and sees it.
 */
export async function shareDetails(
  ctx: Context,
  { holder }: ShareDetailsRequest,
): Promise<DetailsShared> {
  const deposits = parseTransient(ctx, transientDetails, TRANSIENT.details);
  const consents = new ConsentsNow(ctx);
  for (const { details, keys } of deposits) {
    const record = await keptRecord(ctx, keys);
    requireAnchored(record, details);
    requireSharable(record, { holder, ...(await consents.of(keys.pseudonym)) });
    await putDetails(ctx, holder, { details, keys });
  }
  const records = deposits.map(({ keys: { pseudonym, recordId } }) => ({ pseudonym, recordId }));
  emit(ctx, 'DetailsShared.v1', { holder, records });
  return { holder, recordIds: records.map(({ recordId }) => recordId) };
}

/** Puts other sealed keys in the place of those of records, as after a new epoch of a category's key. */
export async function replaceKeys(ctx: Context): Promise<DetailsDeposited> {
  const replacements = parseTransient(ctx, transientKeys, TRANSIENT.keys);
  for (const keys of replacements) {
    const { custodian } = await keptRecord(ctx, keys);
    const { pseudonym, recordId } = keys;
    const at = recordKeysAt(pseudonym, recordId);
    await putPrivate(ctx, organisationCollection(custodian), at, keys);
  }
  return deposited(ctx, 'KeysReplaced.v1', replacements);
}

/**
 * What the caller's organisation holds: of its own records, and of those that consent lets it know. Its own
 * peers alone answer.
 */
export async function readDetails(ctx: Context, request: GetRecordRequest): Promise<ReadDetails> {
  const holder = requireOwnPeer(ctx);
  const record = await getRecord(ctx, request);
  const { pseudonym, recordId, custodian } = record;
  const isOwn = custodian === holder;
  if (!isOwn && !mayHold(record, { holder, ...(await consentNow(ctx, pseudonym)) })) {
    throw new SalusError('ERR_FORBIDDEN', `${custodian} keeps the record and what describes it`, {
      argument: 'recordId',
      expected: `a record of ${holder}, or one that a permit opens to it`,
      got: recordId,
    });
  }
  const held =
    (await heldIn(ctx, organisationCollection(holder), record)) ??
    (isOwn && (await whereDefined(() => heldIn(ctx, EARLIER_COLLECTION, record))));
  if (held) return held;
  const missing = isOwn
    ? 'The details of the record are not deposited yet'
    : `The key service of ${custodian} has not shared the details yet`;
  throw new SalusError('ERR_DETAILS_MISSING', missing, {
    argument: 'recordId',
    expected: 'a record with details',
    got: 'one without',
  });
}

async function heldIn(
  ctx: Context,
  collection: string,
  { pseudonym, recordId }: HealthRecord,
): Promise<ReadDetails | undefined> {
  const at = [pseudonym, recordId] as const;
  const details = await getPrivate<RecordDetails>(ctx, collection, detailsKey(...at));
  const keys = await getPrivate<RecordKeys>(ctx, collection, recordKeysAt(...at));
  return details && keys && { details, keys };
}

async function putDetails(ctx: Context, holder: string, { details, keys }: RecordDeposit) {
  const collection = organisationCollection(holder);
  const at = [keys.pseudonym, keys.recordId] as const;
  await putPrivate(ctx, collection, detailsKey(...at), details);
  await putPrivate(ctx, collection, recordKeysAt(...at), keys);
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
  emit(ctx, event, { custodian: caller(ctx).mspId, records });
  return { recordIds: records.map(({ recordId }) => recordId) };
}

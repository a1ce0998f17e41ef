import type { Context } from 'fabric-contract-api';
import {
  caller,
  emit,
  getPrivate,
  parseTransient,
  privateHash,
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
import { requireKnowing, requireSharable } from '../rules/copies.js';
import { requireFirstKeys, requireHeldKeys, requireReplaceable } from '../rules/record-keys.js';
import { requireAnchored, requireKept } from '../rules/registration.js';
import { requireDepositor, requireKeyService } from '../rules/roles.js';
import {
  detailsKey,
  EARLIER_COLLECTION,
  organisationCollection,
  recordKeysAt,
} from '../state/keys.js';
import { ConsentsNow, consentNow } from './copies.js';
import { getRecord } from './records.js';
import { requesterOf } from './requester.js';
import { withVersions } from './series.js';
import { requirePatient } from './statements.js';

/**
 * Writes the custodian's own collection only, so that its peer alone endorses and sees it. The anchored hash
 * keeps details honest, and the first keys stand.
 */
export async function depositDetails(ctx: Context): Promise<DetailsDeposited> {
  requireDepositor(caller(ctx));
  const deposits = parseTransient(ctx, transientDetails, TRANSIENT.details);
  for (const { details, keys } of deposits) {
    const record = await keptRecord(ctx, keys);
    requireAnchored(record, details);
    requireFirstKeys(keys, await custodiansHash(ctx, record));
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
 * opens to it. Writes its own collection only, so that its peer alone endorses and sees it. Every peer has the
 * hash of the keys that the custodian has, so nobody hands on others.
 */
export async function shareDetails(
  ctx: Context,
  { holder }: ShareDetailsRequest,
): Promise<DetailsShared> {
  requireKeyService(caller(ctx));
  const deposits = parseTransient(ctx, transientDetails, TRANSIENT.details);
  const consents = new ConsentsNow(ctx);
  for (const { details, keys } of deposits) {
    const record = await keptRecord(ctx, keys);
    requireAnchored(record, details);
    requireHeldKeys(keys, await custodiansHash(ctx, record));
    requireSharable(await withVersions(ctx, record), {
      holder,
      ...(await consents.of(keys.pseudonym)),
    });
    await putDetails(ctx, holder, { details, keys });
  }
  const records = deposits.map(({ keys: { pseudonym, recordId } }) => ({ pseudonym, recordId }));
  emit(ctx, 'DetailsShared.v1', { holder, records });
  return { holder, recordIds: records.map(({ recordId }) => recordId) };
}

/**
 * Puts the box of a category's new epoch in the place of earlier ones. The custodian's peer compares, so that
 * no other box goes or changes.
 */
export async function replaceKeys(ctx: Context): Promise<DetailsDeposited> {
  requireKeyService(caller(ctx));
  const replacements = parseTransient(ctx, transientKeys, TRANSIENT.keys);
  for (const next of replacements) {
    const record = await keptRecord(ctx, next);
    const { pseudonym, recordId, custodian } = record;
    const at = recordKeysAt(pseudonym, recordId);
    const collection = organisationCollection(custodian);
    const held = await getPrivate<RecordKeys>(ctx, collection, at);
    requireReplaceable(record, await requirePatient(ctx, pseudonym), { held, next });
    await putPrivate(ctx, collection, at, next);
  }
  return deposited(ctx, 'KeysReplaced.v1', replacements);
}

/**
 * What the caller's organisation holds: of its own records, and of those that consent lets the caller know. Its
 * own peers alone answer. A query leaves no line in the trail.
 */
export async function readDetails(ctx: Context, request: GetRecordRequest): Promise<ReadDetails> {
  const holder = requireOwnPeer(ctx);
  const record = await getRecord(ctx, request);
  const { pseudonym, custodian } = record;
  const isOwn = custodian === holder;
  const asked = await withVersions(ctx, record);
  requireKnowing(asked, { who: requesterOf(ctx), ...(await consentNow(ctx, pseudonym)) });
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

/** Hash of the sealed keys that a record's custodian has; undefined where it has none. */
function custodiansHash(
  ctx: Context,
  { custodian, pseudonym, recordId }: HealthRecord,
): Promise<string | undefined> {
  return privateHash(ctx, organisationCollection(custodian), recordKeysAt(pseudonym, recordId));
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

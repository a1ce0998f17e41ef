import type { Context } from 'fabric-contract-api';
import {
  caller,
  emit,
  everyMember,
  privateHash,
  purgePrivate,
  putState,
  requireState,
  transactionTime,
  type CompositeKey,
  whereDefined,
} from '@salus/chaincode-common';
import { ERASURE_ORDER, erasureOrder } from '@salus/protocol';
import type {
  DetailsPurged,
  EraseRecordsRequest,
  Erasure,
  GetErasureRequest,
  PurgeDetailsRequest,
  RecordsErased,
  HealthRecord,
} from '@salus/protocol/ehr';
import { erased, requireFew, requirePurgeable } from '../rules/erasure.js';
import { mayHold, namedBy } from '../rules/copies.js';
import { consentOf } from '../rules/stored-grant.js';
import {
  detailsKey,
  EARLIER_COLLECTION,
  organisationCollection,
  recordKey,
  recordKeysAt,
} from '../state/keys.js';
import { auditEntry, putAudit } from './audit.js';
import { consentNow } from './copies.js';
import { everyGrant } from './grants.js';
import { getRecord } from './records.js';
import { withVersions } from './series.js';
import { requirePatient, useStatement, verifyPatientStatement } from './statements.js';

/** The patient, or a delegate who may, has the content of records erased: from here on nothing opens them. */
export async function eraseRecords(
  ctx: Context,
  { statement }: EraseRecordsRequest,
): Promise<RecordsErased> {
  let found: HealthRecord[] = [];
  const { claims } = await verifyPatientStatement(ctx, statement, {
    type: ERASURE_ORDER,
    body: erasureOrder,
    deed: async ({ pseudonym, records, versions }) => {
      const named = await readRecords(ctx, pseudonym, records);
      found = versions === undefined ? named : await everyVersion(ctx, named);
      return { action: 'erase', categoryTags: found.map(({ categoryTag }) => categoryTag) };
    },
  });
  const { pseudonym, jti } = claims;
  const recordIds = found.map(({ recordId }) => recordId);
  const erasedAt = transactionTime(ctx);
  for (const record of found) {
    await putState(ctx, recordKey(pseudonym, record.recordId), erased(record, erasedAt));
  }
  await useStatement(ctx, pseudonym, jti, { type: ERASURE_ORDER, jws: statement });
  await putAudit(ctx, pseudonym, { ...auditEntry(ctx, 'RECORDS_ERASED'), records: recordIds });
  emit(ctx, 'RecordsErased.v1', { pseudonym, recordIds });
  return { pseudonym, recordIds, erasedAt };
}

/**
 * Purges what opens and describes records from one organisation's collection, and from its history: of
 * erased records anywhere, of others where consent lets the holder know them no longer. Writes private data
 * only, so that the holder's peer suffices as endorser.
 */
export async function purgeDetails(
  ctx: Context,
  { pseudonym, records: recordIds, holder: named }: PurgeDetailsRequest,
): Promise<DetailsPurged> {
  const { mspId: by } = caller(ctx);
  const holder = named ?? by;
  const now = await consentNow(ctx, pseudonym);
  for (const record of await readRecords(ctx, pseudonym, recordIds)) {
    const isEntitled = mayHold(await withVersions(ctx, record), { holder, ...now });
    requirePurgeable(record, { by, holder, isEntitled });
    for (const keyOf of [detailsKey, recordKeysAt]) {
      const key = keyOf(pseudonym, record.recordId);
      await purgePrivate(ctx, organisationCollection(holder), key);
      const earlier = () => privateHash(ctx, EARLIER_COLLECTION, key);
      if (holder !== record.custodian || (await whereDefined(earlier)) === undefined) continue;
      await purgePrivate(ctx, EARLIER_COLLECTION, key);
    }
  }
  emit(ctx, 'DetailsPurged.v1', { pseudonym, recordIds, holder });
  return { pseudonym, recordIds, holder };
}

/**
 * Tells who keeps what describes or opens a record, by the hashes that every peer has of private data. Peers of most
 * organisations that say so together prove an erasure, whoever carried it out.
 */
export async function getErasure(
  ctx: Context,
  { pseudonym, recordId }: GetErasureRequest,
): Promise<Erasure> {
  const record = await getRecord(ctx, { pseudonym, recordId });
  const { custodian } = record;
  const named = namedBy(
    consentOf(await requirePatient(ctx, pseudonym), await everyGrant(ctx, pseudonym)),
  );
  const holders: string[] = [];
  for (const mspId of new Set([custodian, ...(await everyMember(ctx)), ...named])) {
    const places = [organisationCollection(mspId)];
    if (mspId === custodian) places.push(EARLIER_COLLECTION);
    if (
      await isKept(
        ctx,
        places,
        [detailsKey, recordKeysAt].map((keyOf) => keyOf(pseudonym, recordId)),
      )
    ) {
      holders.push(mspId);
    }
  }
  return { record, holders: holders.sort() };
}

/** An organisation that is not on the channel has no collection there: it keeps nothing that a purge reaches. */
async function isKept(
  ctx: Context,
  collections: readonly string[],
  keys: readonly CompositeKey[],
): Promise<boolean> {
  for (const collection of collections) {
    for (const key of keys) {
      const hash = await whereDefined(() => privateHash(ctx, collection, key));
      if (hash !== undefined) return true;
    }
  }
  return false;
}

/** Records with all of their versions, each once. */
async function everyVersion(
  ctx: Context,
  records: readonly HealthRecord[],
): Promise<HealthRecord[]> {
  const found = new Map<string, HealthRecord>();
  for (const record of records) {
    if (found.has(record.recordId)) continue;
    const { versions = { earlier: [], later: [] } } = await withVersions(ctx, record);
    const later = versions.later.map(({ recordId }) => recordId);
    const others = await readRecords(ctx, record.pseudonym, [...versions.earlier, ...later]);
    for (const one of [record, ...others]) found.set(one.recordId, one);
  }
  return requireFew([...found.values()]);
}

async function readRecords(
  ctx: Context,
  pseudonym: string,
  recordIds: readonly string[],
): Promise<HealthRecord[]> {
  const found: HealthRecord[] = [];
  for (const recordId of recordIds) {
    found.push(await requireState<HealthRecord>(ctx, recordKey(pseudonym, recordId), 'record'));
  }
  return found;
}

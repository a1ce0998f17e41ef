import {
  caller,
  emit,
  getPrivate,
  pageState,
  parseTransient,
  putPrivate,
  putState,
  requireAbsent,
  requireMsp,
  requireRole,
  requireState,
  SalusError,
  stateExists,
  transactionTime,
  type Page,
} from '@salus/chaincode-common';
import type { Context } from 'fabric-contract-api';
import {
  TRANSIENT,
  transientDetails,
  type DetailsDeposited,
  type HealthRecord,
  type ListRecordsRequest,
  type RecordAnchor,
  type RecordDetails,
  type RecordsRegistered,
} from '../api.js';
import { CARE_COLLECTION, detailsKey, patientKey, patientRecordKey, recordKey } from '../keys.js';
import { HOSPITALS } from '../organisations.js';
import { requireAnchored } from '../rules/registration.js';

/** All of the records or none: an error undoes the transaction. */
export async function registerRecords(
  ctx: Context,
  anchors: readonly RecordAnchor[],
): Promise<RecordsRegistered> {
  const who = caller(ctx);
  requireMsp(who, ...HOSPITALS);
  requireRole(who, 'registrar', 'physician', 'billing');
  await requirePatients(ctx, anchors);
  const registeredAt = transactionTime(ctx);
  for (const anchor of anchors) {
    const { recordId, pseudonym } = anchor;
    await requireAbsent(ctx, recordKey(recordId), `record ${recordId}`);
    const record: HealthRecord = { ...anchor, custodian: who.mspId, registeredAt };
    await putState(ctx, recordKey(recordId), record);
    await putState(ctx, patientRecordKey(pseudonym, recordId), { recordId });
  }
  const recordIds = anchors.map(({ recordId }) => recordId);
  emit(ctx, 'RecordsRegistered.v1', { recordIds });
  return { recordIds };
}

async function requirePatients(ctx: Context, anchors: readonly RecordAnchor[]): Promise<void> {
  for (const pseudonym of new Set(anchors.map((anchor) => anchor.pseudonym))) {
    if (await stateExists(ctx, patientKey(pseudonym))) continue;
    throw new SalusError('ERR_NOT_FOUND', 'A record names a patient who is not registered', {
      argument: 'pseudonym',
      expected: 'a registered patient',
      got: 'none',
    });
  }
}

/** Writes private data only, so that one hospital suffices as endorser; the anchored hash keeps it honest. */
export async function depositDetails(ctx: Context): Promise<DetailsDeposited> {
  const who = caller(ctx);
  requireMsp(who, ...HOSPITALS);
  const deposits = parseTransient(ctx, transientDetails, TRANSIENT.details);
  for (const details of deposits) {
    const { recordId } = details;
    const record = await requireState<HealthRecord>(ctx, recordKey(recordId), 'record');
    requireAnchored(record, details, who.mspId);
    await putPrivate(ctx, CARE_COLLECTION, detailsKey(recordId), details);
  }
  const recordIds = deposits.map(({ recordId }) => recordId);
  emit(ctx, 'DetailsDeposited.v1', { recordIds });
  return { recordIds };
}

/** Only the hospitals' peers can answer. */
export async function readDetails(ctx: Context, recordId: string): Promise<RecordDetails> {
  requireMsp(caller(ctx), ...HOSPITALS);
  const key = detailsKey(recordId);
  const details = await getPrivate<RecordDetails>(ctx, CARE_COLLECTION, key);
  if (details !== undefined) return details;
  await requireState(ctx, recordKey(recordId), 'record');
  throw new SalusError('ERR_DETAILS_MISSING', 'The details of the record are not deposited yet', {
    argument: 'recordId',
    expected: 'a record with details',
    got: 'one without',
  });
}

export function getRecord(ctx: Context, recordId: string): Promise<HealthRecord> {
  return requireState<HealthRecord>(ctx, recordKey(recordId), 'record');
}

export async function listRecords(
  ctx: Context,
  { pseudonym, ...request }: ListRecordsRequest,
): Promise<Page<HealthRecord>> {
  const page = await pageState<{ recordId: string }>(ctx, patientRecordKey(pseudonym), request);
  const results: HealthRecord[] = [];
  for (const { recordId } of page.results) results.push(await getRecord(ctx, recordId));
  return { ...page, results };
}

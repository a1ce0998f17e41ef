import type { Context } from 'fabric-contract-api';
import {
  alreadyExists,
  caller,
  emit,
  namesUnder,
  pageState,
  putState,
  requireAbsent,
  requireKind,
  requireRole,
  requireState,
  transactionTime,
} from '@salus/chaincode-common';
import type { Page } from '@salus/protocol';
import type {
  GetRecordRequest,
  HealthRecord,
  ListRecordsRequest,
  RecordAnchor,
  RecordsRegistered,
} from '@salus/protocol/ehr';
import { requireCurrentEpoch, requireSuccessor } from '../rules/registration.js';
import { recordKey } from '../state/keys.js';
import { extendSeries } from './series.js';
import { requirePatient } from './statements.js';

/** From so many new records of a patient on, all that there are cost less to look at than each. */
const MANY = 8;
/** Records that are looked at for each new one. */
const LOOKED_AT_FOR_ONE = 8;

/** All of the records or none: an error undoes the transaction. */
export async function registerRecords(
  ctx: Context,
  anchors: readonly RecordAnchor[],
): Promise<RecordsRegistered> {
  const who = caller(ctx);
  await requireKind(ctx, who, 'hospital');
  requireRole(who, 'registrar', 'physician', 'billing');
  const registered = { custodian: who.mspId, registeredAt: transactionTime(ctx) };
  const byPatient = new Map<string, RecordAnchor[]>();
  for (const anchor of anchors) {
    const { pseudonym } = anchor;
    const ofPatient = byPatient.get(pseudonym);
    if (ofPatient === undefined) byPatient.set(pseudonym, [anchor]);
    else ofPatient.push(anchor);
  }
  for (const [pseudonym, ofPatient] of byPatient) {
    const patient = await requirePatient(ctx, pseudonym);
    await requireNew(ctx, pseudonym, idsOf(ofPatient));
    for (const anchor of ofPatient) {
      requireCurrentEpoch(patient, anchor);
      const series = await supersede(ctx, anchor, who.mspId);
      const record: HealthRecord = { ...anchor, ...registered, ...(series && { series }) };
      await putState(ctx, recordKey(pseudonym, anchor.recordId), record);
    }
  }
  const patients = [...byPatient].map(([pseudonym, ofPatient]) => ({
    pseudonym,
    recordIds: idsOf(ofPatient),
  }));
  emit(ctx, 'RecordsRegistered.v1', { patients });
  return { recordIds: idsOf(anchors) };
}

/** @throws SalusError ERR_ALREADY_EXISTS */
async function requireNew(
  ctx: Context,
  pseudonym: string,
  recordIds: readonly string[],
): Promise<void> {
  const known =
    recordIds.length < MANY
      ? undefined
      : await namesUnder(ctx, recordKey(pseudonym), recordIds.length * LOOKED_AT_FOR_ONE);
  for (const recordId of recordIds) {
    const what = `record ${recordId}`;
    if (known === undefined) await requireAbsent(ctx, recordKey(pseudonym, recordId), what);
    else if (known.has(recordId)) throw alreadyExists(what);
  }
}

/**
 * Tells the version before of the one that comes, so that there is one line of versions only.
 *
 * @returns the ID of the first version; undefined for a first one
 */
async function supersede(
  ctx: Context,
  anchor: RecordAnchor,
  mspId: string,
): Promise<string | undefined> {
  const { pseudonym, recordId, amends } = anchor;
  if (amends === undefined) return undefined;
  const before = await getRecord(ctx, { pseudonym, recordId: amends });
  requireSuccessor(before, anchor, mspId);
  await putState(ctx, recordKey(pseudonym, amends), { ...before, amendedBy: recordId });
  return extendSeries(ctx, before, anchor);
}

/** @throws SalusError ERR_NOT_FOUND */
export function getRecord(
  ctx: Context,
  { pseudonym, recordId }: GetRecordRequest,
): Promise<HealthRecord> {
  return requireState<HealthRecord>(ctx, recordKey(pseudonym, recordId), 'record');
}

export function listRecords(
  ctx: Context,
  { pseudonym, ...request }: ListRecordsRequest,
): Promise<Page<HealthRecord>> {
  return pageState<HealthRecord>(ctx, recordKey(pseudonym), request);
}

function idsOf(anchors: readonly RecordAnchor[]): string[] {
  return anchors.map(({ recordId }) => recordId);
}

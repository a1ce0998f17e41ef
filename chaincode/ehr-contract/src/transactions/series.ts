import type { Context } from 'fabric-contract-api';
import { getState, putState, requireState } from '@salus/chaincode-common';
import type { RecordVersions } from '@salus/protocol';
import type { GetRecordRequest, HealthRecord, RecordAnchor } from '@salus/protocol/ehr';
import { aroundVersion, versionOf, type Series } from '../rules/series.js';
import { recordKey, seriesKey } from '../state/keys.js';

/** A record with its other versions, which consent goes by too. */
export type VersionedRecord = HealthRecord & { readonly versions?: RecordVersions };

/** Adds its other versions to a record. One that was never amended costs no read. */
export async function withVersions(ctx: Context, record: HealthRecord): Promise<VersionedRecord> {
  if (record.amends === undefined && record.amendedBy === undefined) return record;
  return { ...record, versions: aroundVersion(await seriesOf(ctx, record), record.recordId) };
}

/** The versions before and after one of a record's. */
export async function recordVersions(
  ctx: Context,
  request: GetRecordRequest,
): Promise<RecordVersions> {
  const record = await requireRecord(ctx, request);
  return aroundVersion(await seriesOf(ctx, record), record.recordId);
}

/** Writes down that a version follows the last one, and returns the ID of the first. */
export async function extendSeries(
  ctx: Context,
  before: HealthRecord,
  next: RecordAnchor,
): Promise<string> {
  const series = await seriesOf(ctx, before);
  const first = series[0]?.recordId ?? before.recordId;
  await putState(ctx, seriesKey(before.pseudonym, first), [...series, versionOf(next)]);
  return first;
}

/** Release 0.1.0 kept no series: there one version leads to the next. */
async function seriesOf(ctx: Context, record: HealthRecord): Promise<Series> {
  const first = record.series ?? (record.amends === undefined ? record.recordId : undefined);
  const kept =
    first === undefined
      ? undefined
      : await getState<Series>(ctx, seriesKey(record.pseudonym, first));
  return (
    kept ?? [...(await earlier(ctx, record)), versionOf(record), ...(await later(ctx, record))]
  );
}

async function earlier(ctx: Context, { pseudonym, amends }: HealthRecord): Promise<Series> {
  const found: HealthRecord[] = [];
  for (let recordId = amends; recordId !== undefined; recordId = found[0]?.amends) {
    found.unshift(await requireRecord(ctx, { pseudonym, recordId }));
  }
  return found.map(versionOf);
}

async function later(ctx: Context, { pseudonym, amendedBy }: HealthRecord): Promise<Series> {
  const found: HealthRecord[] = [];
  for (let recordId = amendedBy; recordId !== undefined; recordId = found.at(-1)?.amendedBy) {
    found.push(await requireRecord(ctx, { pseudonym, recordId }));
  }
  return found.map(versionOf);
}

function requireRecord(
  ctx: Context,
  { pseudonym, recordId }: GetRecordRequest,
): Promise<HealthRecord> {
  return requireState<HealthRecord>(ctx, recordKey(pseudonym, recordId), 'record');
}

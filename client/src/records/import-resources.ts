import {
  checkReferences,
  ofOnePatient,
  type ReferenceOptions,
  type ImportedResource,
} from '@salus/fhir';
import { sha256Hex } from '@salus/protocol';
import { MAX_COPIES, type GetRecordRequest, type HealthRecord } from '@salus/protocol/ehr';
import { unwrap } from '../errors/unwrap.js';
import type { RecordDesk } from './desk.js';
import { recordIdOf, seriesNameOf } from './ledger-ids.js';
import type { ImportPatient } from './new-record.js';
import { finishEarlier, registerRecords, requireSayable } from './register-records.js';
import {
  newRecordOf,
  resourceRecords,
  type ImportNote,
  type ResourceRecord,
} from './resource-records.js';

/** Records in one transaction: their details stay well under what a peer takes. */
const BATCH = 100;

export interface ImportOptions extends ReferenceOptions {
  /** The patient among several in the resources: `Patient/ID`, or the fullUrl of the entry. */
  readonly subject?: string;
  readonly onProgress?: (done: number, total: number) => void;
}

/** A record as it was imported, now or before. */
export interface ImportedRecord {
  readonly recordId: string;
  /** Which resource it is, see `identitiesOf`. */
  readonly name: string;
  readonly category: string;
  readonly text: string;
  readonly isNew: boolean;
  /** What whoever imports is to know of it. */
  readonly notes: readonly ImportNote[];
}

/**
 * Imports resources of one patient: each becomes a record of its own, and one that has changed since an earlier import
 * the next version of its record. Everything is checked before the first write, by the ledger's own forms, and an import
 * that was cut off goes on where it stopped.
 *
 * @throws SalusError `ERR_CONFLICT` for resources of several patients, `ERR_FHIR_BROKEN_REFERENCE`, `ERR_FHIR_INVALID`,
 *   `ERR_INVALID_ARGUMENT`, `ERR_HOME_IN_USE` while another import uses the journal, before anything is written; then
 *   those of stores and ledger
 */
export async function importResources(
  resources: readonly ImportedResource[],
  patient: ImportPatient,
  desk: RecordDesk,
  options: ImportOptions = {},
): Promise<readonly ImportedRecord[]> {
  checkReferences(resources, options);
  const { resources: own } = ofOnePatient(resources, options.subject);
  const named = resourceRecords(own, patient, desk);
  const distinct = [...new Map(named.map((one) => [one.identity, one])).values()];
  for (const one of distinct) requireSayable(newRecordOf(one), patient, desk);
  return desk.journal.alone(() => importDistinct(distinct, patient, desk, options));
}

async function importDistinct(
  distinct: readonly ResourceRecord[],
  patient: ImportPatient,
  desk: RecordDesk,
  options: ImportOptions,
): Promise<readonly ImportedRecord[]> {
  await finishEarlier(desk);
  const planned = await plan(distinct, patient, desk);
  const done: ImportedRecord[] = [];
  for (let start = 0; start < planned.length; start += BATCH) {
    const batch = planned.slice(start, start + BATCH);
    const fresh = batch.filter(({ isNew }) => isNew);
    await registerRecords(
      fresh.map(({ record, amends }) => ({ ...newRecordOf(record), ...(amends && { amends }) })),
      patient,
      desk,
    );
    for (const { record, isNew } of batch) {
      const { recordId, identity: name, category, text, notes } = record;
      done.push({ recordId, name, category, text, notes, isNew });
    }
    options.onProgress?.(done.length, planned.length);
  }
  return done;
}

/** What becomes of a resource. */
interface Planned {
  readonly record: ResourceRecord;
  readonly isNew: boolean;
  readonly amends?: HealthRecord;
}

/** Finds what is there already, and the version that each other one follows. */
async function plan(
  distinct: readonly ResourceRecord[],
  patient: ImportPatient,
  desk: RecordDesk,
): Promise<readonly Planned[]> {
  const known = new Map<string, HealthRecord>();
  for await (const one of desk.ehr.records(patient.pseudonym)) known.set(one.recordId, one);
  const sameAs = ({ recordId, formerId }: ResourceRecord) =>
    known.get(recordId) ?? known.get(formerId);
  const lost = await withoutDetails(
    distinct.flatMap((one) => {
      const same = sameAs(one);
      return same ? [lastVersion(same, known)] : [];
    }),
    patient,
    desk,
  );
  const latest = distinct.some((one) => !sameAs(one))
    ? await latestVersions([...known.values()], desk)
    : new Map<string, HealthRecord>();
  const plans = distinct.map((record): Planned => {
    const same = sameAs(record);
    if (same) return planKnown(record, same, { known, lost, patient, desk });
    const { pseudonym } = patient;
    const before = latest.get(seriesNameOf(desk.idSecret, { pseudonym, name: record.identity }));
    return { record, isNew: true, ...(before && { amends: before }) };
  });
  return relinked(distinct, plans);
}

/** What a content becomes that was registered before: it is there, or it has come back after another one. */
function planKnown(
  record: ResourceRecord,
  same: HealthRecord,
  {
    known,
    lost,
    patient,
    desk,
  }: {
    readonly known: ReadonlyMap<string, HealthRecord>;
    readonly lost: ReadonlySet<string>;
    readonly patient: ImportPatient;
    readonly desk: RecordDesk;
  },
): Planned {
  const latest = lastVersion(same, known);
  const idAfter = (amends: string | undefined) =>
    recordIdOf(desk.idSecret, {
      pseudonym: patient.pseudonym,
      name: record.identity,
      textHash: sha256Hex(Buffer.from(record.text)),
      ...(amends !== undefined && { amends }),
    });
  const there = (recordId: string): Planned => ({ record: { ...record, recordId }, isNew: false });
  if (latest.erasedAt !== undefined || latest.custodian !== desk.mspId)
    return there(latest.recordId);
  const isLost = lost.has(latest.recordId);
  const isSame = latest.recordId === same.recordId || latest.recordId === idAfter(latest.amends);
  if (isSame && !isLost) return there(latest.recordId);
  // A version that the resource itself numbers was sent again: it has not come back.
  if (!isSame && record.isVersioned) return there(same.recordId);
  return {
    record: { ...record, recordId: idAfter(latest.recordId) },
    isNew: true,
    amends: latest,
  };
}

function lastVersion(record: HealthRecord, known: ReadonlyMap<string, HealthRecord>): HealthRecord {
  const seen = new Set<HealthRecord>();
  let last = record;
  while (last.amendedBy !== undefined && !seen.has(last)) {
    seen.add(last);
    last = known.get(last.amendedBy) ?? last;
  }
  return last;
}

/** Links lead to the records that the resources become. */
function relinked(
  distinct: readonly ResourceRecord[],
  plans: readonly Planned[],
): readonly Planned[] {
  const ids = new Map(
    distinct.map(({ recordId }, at) => [recordId, plans[at]?.record.recordId ?? recordId]),
  );
  return plans.map(({ record, ...planned }) => ({
    ...planned,
    record: {
      ...record,
      links: record.links.map((link) => ({
        ...link,
        recordId: ids.get(link.recordId) ?? link.recordId,
      })),
    },
  }));
}

/** Which of the hospital's records have an anchor alone: nobody has their keys, so they are to be registered anew. */
async function withoutDetails(
  records: readonly HealthRecord[],
  { pseudonym }: ImportPatient,
  { ehr, mspId }: RecordDesk,
): Promise<ReadonlySet<string>> {
  const own = records.filter((one) => one.custodian === mspId && one.erasedAt === undefined);
  const ids = [...new Set(own.map(({ recordId }) => recordId))];
  const lost = new Set<string>();
  for (let start = 0; start < ids.length; start += MAX_COPIES) {
    const some = ids.slice(start, start + MAX_COPIES);
    const copies = await ehr.listCopies({ pseudonym, records: some });
    for (const { recordId, deposited } of copies.records) if (!deposited) lost.add(recordId);
  }
  return lost;
}

/** The hospital's own records of a patient that no later version stands for, by what stands for the name. */
async function latestVersions(
  records: readonly HealthRecord[],
  { mspId, ehr }: RecordDesk,
): Promise<ReadonlyMap<string, HealthRecord>> {
  const latest = new Map<string, HealthRecord>();
  for (const record of records) {
    const { pseudonym, recordId, custodian, amendedBy, erasedAt } = record;
    if (custodian !== mspId || amendedBy !== undefined || erasedAt !== undefined) continue;
    const name = await nameOf(ehr, { pseudonym, recordId });
    if (name !== undefined) latest.set(name, record);
  }
  return latest;
}

/**
 * What stands for the name of an own record; undefined before its details were deposited. A practitioner who may
 * not know it would make a second series of the record: the import ends.
 */
async function nameOf(ehr: RecordDesk['ehr'], of: GetRecordRequest): Promise<string | undefined> {
  try {
    return (await ehr.readDetails(of)).details.name;
  } catch (error) {
    if (unwrap(error).code === 'ERR_DETAILS_MISSING') return undefined;
    throw error;
  }
}

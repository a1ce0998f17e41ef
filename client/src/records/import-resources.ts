import { checkReferences, type ReferenceOptions, type ImportedResource } from '@salus/fhir';
import type { GetRecordRequest, HealthRecord } from '@salus/protocol/ehr';
import { unwrap } from '../errors/unwrap.js';
import type { RecordDesk } from './desk.js';
import { seriesNameOf } from './ledger-ids.js';
import type { ImportPatient } from './new-record.js';
import { finishEarlier, registerRecords } from './register-records.js';
import { resourceRecords, type ResourceRecord } from './resource-records.js';

/** Records in one transaction: their details stay well under what a peer takes. */
const BATCH = 100;

export interface ImportOptions extends ReferenceOptions {
  readonly onProgress?: (done: number, total: number) => void;
}

/** A record as it was imported, now or before. */
export interface ImportedRecord {
  readonly recordId: string;
  readonly name: string;
  readonly category: string;
  readonly text: string;
  readonly isNew: boolean;
}

/**
 * Imports resources: each becomes a record of its own, and one that has changed since an earlier import
 * the next version of its record. Everything is checked before the first write, and an import that was
 * cut off goes on where it stopped.
 *
 * @throws SalusError `ERR_FHIR_BROKEN_REFERENCE`, `ERR_HOME_IN_USE` while another import uses the
 *   journal, before anything is written; then those of stores and ledger
 */
export async function importResources(
  resources: readonly ImportedResource[],
  patient: ImportPatient,
  desk: RecordDesk,
  options: ImportOptions = {},
): Promise<readonly ImportedRecord[]> {
  checkReferences(resources, options);
  const named = resourceRecords(resources, patient, desk);
  const distinct = [...new Map(named.map((one) => [one.recordId, one])).values()];
  return desk.journal.alone(() => importDistinct(distinct, patient, desk, options));
}

async function importDistinct(
  distinct: readonly ResourceRecord[],
  patient: ImportPatient,
  desk: RecordDesk,
  options: ImportOptions,
): Promise<readonly ImportedRecord[]> {
  await finishEarlier(desk);
  const known = new Map<string, HealthRecord>();
  for await (const one of desk.ehr.records(patient.pseudonym)) known.set(one.recordId, one);
  const isNew = ({ recordId }: ResourceRecord) => !known.has(recordId);
  const latest = distinct.some(isNew)
    ? await latestVersions([...known.values()], desk)
    : new Map<string, HealthRecord>();
  const done: ImportedRecord[] = [];
  for (let start = 0; start < distinct.length; start += BATCH) {
    const batch = distinct.slice(start, start + BATCH);
    const fresh = batch.filter(isNew).map(({ text: _, ...record }) => {
      const before = latest.get(seriesNameOf(desk.idSecret, { ...patient, name: record.name }));
      return { ...record, ...(before && { amends: before }) };
    });
    await registerRecords(fresh, patient, desk);
    for (const one of batch) {
      const { recordId, name, category, text } = one;
      done.push({ recordId, name, category, text, isNew: isNew(one) });
    }
    options.onProgress?.(done.length, distinct.length);
  }
  return done;
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

import { randomBytes } from 'node:crypto';
import { hashOf, SalusError, sha256Hex } from '@salus/chaincode-common';
import type { RecordAnchor, RecordDetails } from '@salus/ehr-contract';
import { encryptContent, generateContentKey } from '../crypto/content.js';
import { sealTo } from '../crypto/hpke.js';
import { contentKeyContext, custodianContext } from '../crypto/seal-contexts.js';
import { categoryTag } from '../crypto/tags.js';
import type { EhrClient } from '../ehr/ehr-client.js';
import { categoryOf } from '../fhir/category.js';
import { checkReferences, type ReferenceOptions } from '../fhir/references.js';
import type { ImportedResource } from '../fhir/resource.js';
import { MAX_CONTENT_BYTES } from '../store/store-service.js';
import type { ImportJournal } from './journal.js';
import { recordIdOf } from './ledger-ids.js';

/** Records in one transaction: their details stay well under what a peer takes. */
const BATCH = 100;
/** Content that is put at a time. */
const PARALLEL_PUTS = 8;
/** What encryption adds at most, chunk tags and header included. */
const OVERHEAD_BYTES = 64 * 1024;

/** The patient whose records are imported, as the hospital knows them. */
export interface ImportPatient {
  readonly pseudonym: string;
  readonly kid: string;
  readonly hpkePublicKey: string;
  readonly tagKey: string;
}

/** The hospital's side of an import. */
export interface ImportDesk {
  readonly mspId: string;
  readonly ehr: Pick<EhrClient, 'records' | 'registerRecords' | 'depositDetails' | 'readDetails'>;
  readonly journal: ImportJournal;
  readonly store: { put(bytes: Uint8Array): Promise<string> };
  /** Public key of the custodian's key service. */
  readonly custodianKey: string;
  readonly idSecret: Uint8Array;
}

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
 * Imports resources: each is encrypted under a key of its own, put into the store and registered; its
 * key goes sealed to the patient and the custodian. Everything is checked before the first write, and
 * an import that was cut off goes on where it stopped.
 *
 * @throws SalusError `ERR_FHIR_BROKEN_REFERENCE`, `ERR_TOO_LARGE`, `ERR_HOME_IN_USE` while another
 *   import uses the journal, before anything is written; then those of store and ledger
 */
export async function importResources(
  resources: readonly ImportedResource[],
  patient: ImportPatient,
  desk: ImportDesk,
  options: ImportOptions = {},
): Promise<readonly ImportedRecord[]> {
  checkReferences(resources, options);
  resources.forEach(checkSize);
  const named = resources.map((one) => ({
    ...one,
    category: categoryOf(one.resource),
    recordId: recordIdOf(desk.idSecret, {
      pseudonym: patient.pseudonym,
      name: one.name,
      textHash: sha256Hex(Buffer.from(one.text)),
    }),
  }));
  const distinct = [...new Map(named.map((one) => [one.recordId, one])).values()];
  return desk.journal.alone(() => importDistinct(distinct, patient, desk, options));
}

type Named = ImportedResource & { readonly category: string; readonly recordId: string };

async function importDistinct(
  distinct: readonly Named[],
  patient: ImportPatient,
  desk: ImportDesk,
  options: ImportOptions,
): Promise<readonly ImportedRecord[]> {
  const done: ImportedRecord[] = [];
  const known = new Set<string>();
  for await (const { recordId } of desk.ehr.records(patient.pseudonym)) known.add(recordId);
  await finishEarlier(desk, known);
  for (let start = 0; start < distinct.length; start += BATCH) {
    const batch = distinct.slice(start, start + BATCH);
    await write(
      batch.filter(({ recordId }) => !known.has(recordId)),
      patient,
      desk,
    );
    for (const { recordId, name, category, text } of batch) {
      done.push({ recordId, name, category, text, isNew: !known.has(recordId) });
    }
    options.onProgress?.(done.length, distinct.length);
  }
  return done;
}

async function write(
  resources: readonly Named[],
  patient: ImportPatient,
  desk: ImportDesk,
): Promise<void> {
  const prepared: { anchor: RecordAnchor; details: RecordDetails }[] = [];
  for (let start = 0; start < resources.length; start += PARALLEL_PUTS) {
    const some = resources.slice(start, start + PARALLEL_PUTS);
    prepared.push(...(await Promise.all(some.map((one) => prepare(one, patient, desk)))));
  }
  if (prepared.length === 0) return;
  await desk.journal.save(prepared.map(({ details }) => details));
  await desk.ehr.registerRecords(prepared.map(({ anchor }) => anchor));
  await desk.ehr.depositDetails(prepared.map(({ details }) => details));
  await desk.journal.clear();
}

async function prepare(
  { recordId, category, name, text }: Named,
  patient: ImportPatient,
  desk: ImportDesk,
): Promise<{ anchor: RecordAnchor; details: RecordDetails }> {
  const key = generateContentKey();
  const ciphertext = encryptContent(key, Buffer.from(text, 'utf8'), recordId);
  const { pseudonym, kid } = patient;
  const tag = categoryTag(patient.tagKey, category);
  const contentHash = await desk.store.put(ciphertext);
  const bound = { recordId, pseudonym, kid, categoryTag: tag, contentHash };
  const [forPatient, forCustodian] = await Promise.all([
    sealTo(patient.hpkePublicKey, key, contentKeyContext(recordId)),
    sealTo(desk.custodianKey, key, custodianContext(bound)),
  ]);
  key.fill(0);
  const details: RecordDetails = {
    recordId,
    category,
    label: name,
    salt: randomBytes(32).toString('base64url'),
    sealedKeys: [
      { recipient: kid, kind: 'patient', ...forPatient },
      { recipient: desk.mspId, kind: 'custodian', ...forCustodian },
    ],
  };
  const anchor: RecordAnchor = {
    recordId,
    pseudonym,
    categoryTag: tag,
    contentHash,
    size: ciphertext.length,
    detailsHash: hashOf(details),
    store: { mspId: desk.mspId },
  };
  return { anchor, details };
}

/** Deposits the details of an import that was cut off between registering and depositing. */
async function finishEarlier(
  { ehr, journal }: ImportDesk,
  known: ReadonlySet<string>,
): Promise<void> {
  const left = await journal.load();
  const registered = left.filter(({ recordId }) => known.has(recordId));
  const missing: RecordDetails[] = [];
  for (const details of registered) {
    try {
      await ehr.readDetails(details.recordId);
    } catch (error) {
      if (!(error instanceof SalusError) || error.code !== 'ERR_NOT_FOUND') throw error;
      missing.push(details);
    }
  }
  if (missing.length > 0) await ehr.depositDetails(missing);
  await journal.clear();
}

function checkSize({ name, text }: ImportedResource): void {
  const limit = MAX_CONTENT_BYTES - OVERHEAD_BYTES;
  const size = Buffer.byteLength(text);
  if (size <= limit) return;
  throw new SalusError('ERR_TOO_LARGE', `${name} is larger than a store takes`, {
    argument: 'bundle',
    expected: `at most ${limit} bytes`,
    got: `${size} bytes`,
  });
}

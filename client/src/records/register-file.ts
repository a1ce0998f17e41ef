import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { CONTENT_KEY_BYTES } from '@salus/crypto/content';
import {
  categoryOf,
  categoryOfContent,
  episodeOf,
  highWater,
  labelsOf,
  parseLabel,
  References,
  SYSTEM,
  type ImportedResource,
} from '@salus/fhir';
import { invalidArgument, SalusError, sha256Hex } from '@salus/protocol';
import type { RecordAnchor, RecordDetails } from '@salus/protocol/ehr';
import { FileUploadJournal } from '../content/file-upload-journal.js';
import { writeOnce } from '../home/atomic-file.js';
import type { RecordDesk } from './desk.js';
import { recordIdOf } from './ledger-ids.js';
import type { ImportPatient, NewRecord } from './new-record.js';
import { fhirBytes, readFhirFile } from './read-fhir-file.js';
import { finishEarlier, registerRecords } from './register-records.js';
import { bareIdentifier, FHIR_JSON, newRecordOf, resourceRecords } from './resource-records.js';

/** What a command line says of a file; what it doesn't, the content does as far as it can. */
export interface FileOptions {
  readonly contentType?: string;
  readonly category?: string;
  readonly label?: readonly string[];
  readonly name?: string;
  readonly practitioner?: string;
  readonly careStart?: string;
  readonly careEnd?: string;
  readonly episode?: string;
  readonly link?: readonly string[];
}

export interface RegisteredFile extends FileOptions {
  readonly file: string;
  /** The desk's folder: what an upload that is cut off goes on by lies there until it is registered. */
  readonly home: string;
  /** Record that the file is the next version of. */
  readonly amends?: string;
}

/** A content in memory that becomes a record. */
export interface NewContent extends FileOptions {
  readonly content: Uint8Array;
  /** What hospitals see it by. */
  readonly name: string;
  readonly contentType: string;
  /** Record that the content is the next version of. */
  readonly amends?: string;
}

/** What says nothing of its confidentiality is as confidential as usual (HL7 v3 Confidentiality: N). */
const NORMAL = { system: SYSTEM.confidentiality, code: 'N' };

const TYPES: Readonly<Record<string, string>> = {
  '.json': FHIR_JSON,
  '.dcm': 'application/dicom',
  '.pdf': 'application/pdf',
  '.xml': 'application/xml',
  '.txt': 'text/plain',
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
};

/**
 * Registers a file of any kind and size as a record: a FHIR resource or Bundle as one record, anything
 * else as a binary. An upload that was cut off goes on when the same file is given again.
 *
 * @throws SalusError `ERR_INVALID_ARGUMENT`, `ERR_FHIR_INVALID`; as {@link registerRecords}
 */
export function registerFile(
  wish: RegisteredFile,
  patient: ImportPatient,
  desk: RecordDesk,
): Promise<RecordAnchor> {
  return desk.journal.alone(async () => {
    await finishEarlier(desk);
    const described = await describe(sourceOfFile(wish), wish, { patient, desk });
    const upload = await uploadOf(wish.home, described.recordId);
    const registered = await registerOne({ ...described, upload }, wish, { patient, desk });
    await upload.journal.end();
    await rm(upload.keyFile, { force: true });
    return registered;
  });
}

/**
 * Registers a content that is in memory, as {@link registerFile} does a file.
 *
 * @throws SalusError `ERR_INVALID_ARGUMENT`, `ERR_FHIR_INVALID`; as {@link registerRecords}
 */
export function registerContent(
  wish: NewContent,
  patient: ImportPatient,
  desk: RecordDesk,
): Promise<RecordAnchor> {
  return desk.journal.alone(async () => {
    await finishEarlier(desk);
    const described = await describe(sourceOfContent(wish), wish, { patient, desk });
    return registerOne(described, wish, { patient, desk });
  });
}

interface At {
  readonly patient: ImportPatient;
  readonly desk: RecordDesk;
}

async function registerOne(
  described: NewRecord,
  wish: { readonly amends?: string },
  { patient, desk }: At,
): Promise<RecordAnchor> {
  const { pseudonym } = patient;
  const before = wish.amends && { pseudonym, recordId: wish.amends };
  const amends = before ? await findVersion(desk, before) : undefined;
  const record = { ...described, ...(amends && { amends }) };
  const [registered] = await registerRecords([record], patient, desk);
  return registered as RecordAnchor;
}

/** A content, and what is known of it before it is looked into. */
interface Source {
  readonly name: string;
  readonly contentType: string;
  readonly content: NewRecord['content'];
  hash(): Promise<string>;
  /** @throws SalusError `ERR_FHIR_INVALID` */
  resources(): Promise<readonly ImportedResource[]>;
}

function sourceOfFile({ file, name, contentType }: RegisteredFile): Source {
  const known = TYPES[path.extname(file).toLowerCase()] ?? 'application/octet-stream';
  return {
    name: name ?? path.basename(file),
    contentType: contentType ?? known,
    content: () => createReadStream(file),
    hash: () => hashOfFile(file),
    resources: () => readFhirFile(file),
  };
}

function sourceOfContent({ name, contentType, content }: NewContent): Source {
  return {
    name,
    contentType,
    content,
    hash: () => Promise.resolve(sha256Hex(content)),
    resources: () => fhirBytes(content, name),
  };
}

async function describe(
  source: Source,
  wish: FileOptions,
  { patient, desk: { mspId, idSecret } }: At,
): Promise<NewRecord> {
  const { practitioner, careStart, careEnd, episode } = wish;
  const { name, contentType, content } = source;
  const told =
    contentType === FHIR_JSON
      ? describeFhir(await source.resources(), wish, { patient, desk: { mspId, idSecret } })
      : {};
  const hash = await source.hash();
  const labels = wish.label?.map(labelFrom) ?? told.labels ?? [NORMAL];
  const careTime = careStart === undefined ? told.careTime : { start: careStart, end: careEnd };
  return {
    name,
    labels,
    contentType,
    recordId: recordIdOf(idSecret, { pseudonym: patient.pseudonym, name, textHash: hash }),
    category: wish.category ?? told.category ?? categoryOfContent(contentType),
    ...(told.fhirType !== undefined && { fhirType: told.fhirType }),
    author: practitioner === undefined ? (told.author ?? { mspId }) : { mspId, practitioner },
    ...(careTime && { careTime }),
    ...(episode !== undefined
      ? { episode }
      : told.episode !== undefined && { episode: told.episode }),
    links: (wish.link ?? []).map(linkFrom),
    content,
  };
}

/** What a resource says of itself; the entries of a Bundle stay one record, a document by its Composition. */
function describeFhir(
  resources: readonly ImportedResource[],
  wish: Pick<FileOptions, 'category'>,
  { patient, desk }: { patient: ImportPatient; desk: Pick<RecordDesk, 'mspId' | 'idSecret'> },
): Partial<NewRecord> {
  const [item] = resources;
  const [described] = item ? resourceRecords([item], patient, desk) : [];
  if (!item || !described) return {};
  const first = newRecordOf(described);
  const categories = new Set(resources.map(({ resource }) => categoryOf(resource)));
  if (categories.size > 1 && first.fhirType !== 'Composition' && wish.category === undefined) {
    // A grant of the first one's category would open all of them.
    throw invalidArgument(
      '--category',
      'the category of a Bundle of several',
      [...categories].join(' '),
    );
  }
  const references = new References(resources);
  const findFrom = (from: ImportedResource) => (reference: string) =>
    references.find(reference, from)?.resource;
  const episode = bareIdentifier(episodeOf(item.resource, findFrom(item)));
  const labels = highWater(resources.flatMap((one) => labelsOf(one.resource, findFrom(one))));
  return {
    ...first,
    ...(episode !== undefined && { episode }),
    labels: labels.map((label) => ({ ...label })),
    ...(resources.length > 1 && { fhirType: 'Bundle' }),
  };
}

async function findVersion({ ehr }: RecordDesk, at: { pseudonym: string; recordId: string }) {
  for await (const { recordId, version } of ehr.records(at.pseudonym)) {
    if (recordId === at.recordId) return { recordId, version };
  }
  throw new SalusError('ERR_NOT_FOUND', 'There is no such record', { argument: 'recordId' });
}

async function uploadOf(home: string, recordId: string) {
  const place = path.join(home, 'uploads', recordId);
  const keyFile = `${place}.key`;
  await writeOnce(keyFile, randomBytes(CONTENT_KEY_BYTES));
  return {
    keyFile,
    key: await readFile(keyFile),
    journal: new FileUploadJournal(`${place}.journal`),
  };
}

async function hashOfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const piece of createReadStream(file)) hash.update(piece as Buffer);
    return hash.digest('hex');
  } catch (cause) {
    throw new SalusError('ERR_INVALID_ARGUMENT', `${file} can't be read`, {
      argument: file,
      expected: 'a readable file',
      cause,
    });
  }
}

function labelFrom(text: string): RecordDetails['labels'][number] {
  const label = parseLabel(text);
  if (label) return { ...label };
  throw wrong('--label', text, 'system|code');
}

const RELATIONS = ['part-of', 'based-on', 'derived-from', 'replaces', 'context'] as const;

function linkFrom(text: string): RecordDetails['links'][number] {
  const [name, recordId = ''] = text.split('=');
  const relation = RELATIONS.find((one) => one === name);
  if (relation !== undefined && recordId !== '') return { relation, recordId };
  throw wrong('--link', text, `RELATION=RECORD, with one of ${RELATIONS.join(', ')}`);
}

function wrong(argument: string, got: string, expected: string): SalusError {
  return new SalusError('ERR_INVALID_ARGUMENT', `${argument} ${got}: expected ${expected}`, {
    argument,
    expected,
    got,
  });
}

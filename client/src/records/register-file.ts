import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { CONTENT_KEY_BYTES } from '@salus/crypto/content';
import { categoryOfContent, parseLabel, SYSTEM } from '@salus/fhir';
import { invalidArgument, SalusError } from '@salus/protocol';
import type { RecordAnchor, RecordDetails } from '@salus/protocol/ehr';
import { FileUploadJournal } from '../content/upload-journal.js';
import { writeOnce } from '../home/atomic-file.js';
import type { RecordDesk } from './desk.js';
import { recordIdOf } from './ledger-ids.js';
import type { ImportPatient, NewRecord } from './new-record.js';
import { readFhirFile } from './read-fhir-file.js';
import { finishEarlier, registerRecords } from './register-records.js';
import { FHIR_JSON, resourceRecords } from './resource-records.js';

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
): Promise<RecordAnchor | undefined> {
  return desk.journal.alone(async () => {
    await finishEarlier(desk);
    const described = await describe(wish, patient, desk);
    const { pseudonym } = patient;
    const before = wish.amends && { pseudonym, recordId: wish.amends };
    const amends = before ? await findVersion(desk, before) : undefined;
    const upload = await uploadOf(wish.home, described.recordId);
    const record = { ...described, ...(amends && { amends }), upload };
    const [registered] = await registerRecords([record], patient, desk);
    await upload.journal.end();
    await rm(upload.keyFile, { force: true });
    return registered;
  });
}

async function describe(
  wish: RegisteredFile,
  patient: ImportPatient,
  { mspId, idSecret }: RecordDesk,
): Promise<NewRecord> {
  const { file, practitioner, careStart, careEnd, episode } = wish;
  const contentType =
    wish.contentType ?? TYPES[path.extname(file).toLowerCase()] ?? 'application/octet-stream';
  const name = wish.name ?? path.basename(file);
  const told =
    contentType === FHIR_JSON ? await describeFhir(wish, patient, { mspId, idSecret }) : {};
  const hash = await hashOfFile(file);
  const labels = wish.label?.map(labelFrom) ?? told.labels ?? [NORMAL];
  const careTime = careStart === undefined ? told.careTime : { start: careStart, end: careEnd };
  return {
    ...{ name, labels, contentType },
    recordId: recordIdOf(idSecret, { pseudonym: patient.pseudonym, name, textHash: hash }),
    category: wish.category ?? told.category ?? categoryOfContent(contentType),
    ...(told.fhirType !== undefined && { fhirType: told.fhirType }),
    author: practitioner === undefined ? (told.author ?? { mspId }) : { mspId, practitioner },
    ...(careTime && { careTime }),
    ...(episode !== undefined
      ? { episode }
      : told.episode !== undefined && { episode: told.episode }),
    links: (wish.link ?? []).map(linkFrom),
    content: () => createReadStream(file),
  };
}

/** What a resource says of itself; the entries of a Bundle stay one record, a document by its Composition. */
async function describeFhir(
  wish: Pick<RegisteredFile, 'file' | 'category'>,
  patient: ImportPatient,
  desk: Pick<RecordDesk, 'mspId' | 'idSecret'>,
): Promise<Partial<NewRecord>> {
  const resources = await readFhirFile(wish.file);
  const [first, ...more] = resourceRecords(resources, patient, desk);
  if (!first) return {};
  const categories = new Set([first, ...more].map((one) => one.category));
  if (categories.size > 1 && first.fhirType !== 'Composition' && wish.category === undefined) {
    // A grant of the first one's category would open all of them.
    throw invalidArgument(
      '--category',
      'the category of a Bundle of several',
      [...categories].join(' '),
    );
  }
  const labels = [first, ...more].flatMap((one) => one.labels);
  const distinct = new Map(labels.map((one) => [`${one.system}|${one.code}`, one]));
  const isBundle = more.length > 0;
  return {
    ...first,
    labels: [...distinct.values()],
    ...(isBundle && { fhirType: 'Bundle' }),
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
    ...{ argument, expected, got },
  });
}

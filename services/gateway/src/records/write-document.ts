import { createHash } from 'node:crypto';
import type { Attachment, DocumentReference } from '@medplum/fhirtypes';
import { z } from 'zod';
import type { EhrClient } from '@salus/client/ehr';
import {
  finishEarlier,
  recordIdOf,
  registerRecords,
  type NewRecord,
  type RecordDesk,
} from '@salus/client/records';
import {
  authorOf,
  careTimeOf,
  categoryOf,
  categoryOfContent,
  episodeOf,
  guardJson,
  labelsOf,
  type FhirResource,
} from '@salus/fhir';
import { ifFound, sha256Hex, SalusError } from '@salus/protocol';
import type { HealthRecord } from '@salus/protocol/ehr';
import { invalid, Refusal } from '../errors/refusal.js';

const FHIR_JSON = 'application/fhir+json';
/** A line of text as the ledger's details take it. */
const LINE = /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]{1,256}$/u;

export const documentRequest = z.object({
  pseudonym: z.string(),
  /** The record that this one is the next version of. */
  amends: z.object({ recordId: z.string(), version: z.int().min(0) }).optional(),
  name: z.string(),
  contentType: z.string(),
  /** Base64. */
  data: z.string(),
  /** The DocumentReference without its content. */
  described: z.looseObject({ resourceType: z.string() }),
});
export type DocumentRequest = z.output<typeof documentRequest>;

/**
 * Reads a DocumentReference that carries its content.
 *
 * @throws SalusError `ERR_INVALID_ARGUMENT`, `ERR_FHIR_INVALID`
 */
export function readDocument(
  document: DocumentReference,
  pseudonym: string,
): Omit<DocumentRequest, 'amends'> {
  // What a caller sends need not have the form that its type says.
  const contents = document.content as DocumentReference['content'] | undefined;
  const [content, ...more] = Array.isArray(contents) ? contents : [];
  const { attachment = {} } = content ?? {};
  const { data: given, contentType = 'application/octet-stream', title } = attachment;
  if (given === undefined || more.length > 0) {
    throw invalid('DocumentReference.content', 'One attachment with its data is taken');
  }
  const data = base64In(given);
  requireWhole(attachment, Buffer.from(data, 'base64'));
  if (document.status !== 'current') {
    throw invalid(
      'DocumentReference.status',
      'A document is written as current; an older version is superseded by the next one',
    );
  }
  const mediaType = mediaTypeOf(contentType);
  const name = title ?? document.description ?? document.type?.text ?? 'Document';
  if (!LINE.test(name)) throw invalid('DocumentReference.content.attachment.title', 'One line');
  const { content: _, id: _id, meta, text: _text, ...described } = document;
  const security = meta?.security && { meta: { security: meta.security } };
  const asked = { pseudonym, name, data, contentType: mediaType };
  const parsed = documentRequest.safeParse({ ...asked, described: { ...described, ...security } });
  if (parsed.success) return parsed.data;
  throw new SalusError('ERR_FHIR_INVALID', 'The DocumentReference does not have the form of R4', {
    cause: parsed.error,
  });
}

/** Base64 without the white space that R4 allows in it. @throws SalusError `ERR_INVALID_ARGUMENT` */
function base64In(given: unknown): string {
  const data = typeof given === 'string' ? given.replaceAll(/\s/g, '') : '';
  if (data !== '' && /^[A-Za-z0-9+/]*={0,2}$/.test(data)) return data;
  throw invalid('DocumentReference.content.attachment.data', 'The data is base64');
}

/**
 * Checks an attachment by the size and hash that come with it: what was cut off is not written.
 *
 * @throws SalusError `ERR_INVALID_ARGUMENT`
 */
function requireWhole({ size, hash }: Attachment, bytes: Buffer): void {
  if (size !== undefined && size !== bytes.length) {
    throw invalid('DocumentReference.content.attachment.size', 'The data has another size');
  }
  // FHIR R4 has SHA-1 here. It finds what was cut off or changed by mistake; the ledger's own hash is SHA-256.
  const actual = createHash('sha1').update(bytes).digest('base64');
  if (hash !== undefined && hash !== actual) {
    throw invalid('DocumentReference.content.attachment.hash', 'The data has another hash');
  }
}

/** @throws SalusError `ERR_INVALID_ARGUMENT` for what is no media type, whatever it is */
function mediaTypeOf(value: unknown): string {
  const [mediaType = ''] = typeof value === 'string' ? value.split(';') : [];
  if (/^[\w.+-]{1,64}\/[\w.+-]{1,64}$/.test(mediaType)) return mediaType;
  throw invalid('DocumentReference.content.attachment.contentType', 'It is no media type');
}

/**
 * Writes a document as a record; what was written before is found.
 *
 * @returns its anchor on the ledger
 * @throws SalusError those of stores and ledger
 */
export async function writeDocument(
  request: DocumentRequest,
  patient: Parameters<typeof registerRecords>[1],
  desk: RecordDesk & { readonly ehr: Pick<EhrClient, 'getRecord'> },
): Promise<HealthRecord> {
  const { pseudonym } = request;
  const record = recordOf(request, desk);
  const { recordId } = record;
  await finishEarlier(desk);
  const known = await ifFound(desk.ehr.getRecord({ pseudonym, recordId }));
  if (known) return known;
  await registerRecords([record], patient, desk);
  return desk.ehr.getRecord({ pseudonym, recordId });
}

/** A document as a new record. Its ID derives from all that it says. */
function recordOf(request: DocumentRequest, desk: RecordDesk): NewRecord {
  const { pseudonym, name, contentType, data, described, amends } = request;
  const content = Buffer.from(data, 'base64');
  const about = described as FhirResource;
  const [resource] = contentOf(request);
  const careTime = resource ? careTimeOf(resource) : careTimeOfDocument(about);
  const episode = episodeOf(resource ?? about);
  const practitioner = authorOf(resource ?? about)
    ?.split('/')
    .at(-1);
  const known =
    practitioner !== undefined && /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/.test(practitioner);
  return {
    recordId: recordIdOf(desk.idSecret, {
      pseudonym,
      name: JSON.stringify([name, contentType, described, amends?.recordId ?? '']),
      textHash: sha256Hex(content),
    }),
    category: resource ? categoryOf(resource) : categoryOfContent(contentType),
    labels: labelsOf(securityOf(about, resource)).map((label) => ({ ...label })),
    name,
    contentType,
    ...(resource && { fhirType: resource.resourceType }),
    author: { mspId: desk.mspId, ...(known && { practitioner }) },
    ...(careTime && { careTime }),
    ...(episode !== undefined && /^[A-Za-z0-9._:-]{1,64}$/.test(episode) && { episode }),
    links: [],
    content,
    ...(amends && { amends }),
    ...(resource && { resourceCount: 1 }),
  };
}

/** When the care was given that a document is about: its context says so; its date is of the reference. */
function careTimeOfDocument(about: FhirResource): ReturnType<typeof careTimeOf> {
  const { period } = (about['context'] ?? {}) as { readonly period?: unknown };
  const { resourceType } = about;
  return careTimeOf({ resourceType, period }) ?? careTimeOf(about);
}

/** Labels stand in `meta.security` of resources, and in a DocumentReference's `securityLabel` too. */
function securityOf(described: FhirResource, resource: FhirResource | undefined): FhirResource {
  const listed = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
  const codings = listed(described['securityLabel']).flatMap((one) =>
    listed((one as { coding?: unknown }).coding),
  );
  const metaOf = (one?: FhirResource) =>
    listed((one?.['meta'] as { security?: unknown } | undefined)?.security);
  const security = [...codings, ...metaOf(described), ...metaOf(resource)];
  return { ...(resource ?? described), meta: { security } };
}

/** The FHIR resource that a document's attachment is; none where it is something else. */
export function contentOf({
  contentType,
  data,
}: Pick<DocumentRequest, 'contentType' | 'data'>): readonly FhirResource[] {
  return contentType.startsWith(FHIR_JSON) ? [resourceIn(Buffer.from(data, 'base64'))] : [];
}

function resourceIn(content: Buffer): FhirResource {
  const text = content.toString('utf8');
  guardJson(text, 'The attachment');
  try {
    const value = JSON.parse(text) as { resourceType?: unknown };
    if (typeof value.resourceType === 'string') return value as FhirResource;
  } catch {
    // Told below; the parser's own message quotes the text.
  }
  throw new SalusError('ERR_FHIR_INVALID', 'The attachment is no FHIR resource', {
    argument: 'DocumentReference.content.attachment.data',
  });
}

/**
 * Checks that an amendment is made of the version that its author has seen.
 *
 * @param ifMatch - the request's `If-Match`
 * @throws SalusError `ERR_CONFLICT` (412)
 */
export function requireVersion(latest: HealthRecord, ifMatch: string | undefined): void {
  if (ifMatch === undefined || ifMatch === `W/"${latest.version}"`) return;
  throw new Refusal('ERR_CONFLICT', 'The document has another version by now', {
    status: 412,
    argument: 'If-Match',
  });
}

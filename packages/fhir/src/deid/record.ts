import type { Obligation } from '@salus/protocol';
import { labelsOfAll } from '../labels.js';
import { readFhirText } from '../read.js';
import { withExactNumbers } from './exact.js';
import {
  deidentify,
  deidUnsupported,
  type BundledResource,
  type DeidOptions,
} from './deidentify.js';
import { profileUnder } from './obligations.js';

export interface RecordContent {
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** Whose record is de-identified, under which key, and what for. */
export interface RecordDeidOptions extends Omit<DeidOptions, 'profile'> {
  /** What the decision obliges to. */
  readonly obligations?: readonly Obligation[];
}

/**
 * De-identifies the content of a record for a grantee whose decision obliges to it. The profile follows the
 * record's labels and the obligations, see `profileUnder`.
 *
 * @returns FHIR in JSON: a Bundle where the record was one
 * @throws SalusError `ERR_DEID_UNSUPPORTED` for DICOM, PDF and other content, and for resources of which
 *   nothing may stay; `ERR_FHIR_INVALID`, `ERR_TOO_LARGE`
 * @example
 * if (changesContent(obligations)) content = deidentifyRecord(content, { key, patient, obligations });
 */
export function deidentifyRecord(
  { contentType, bytes }: RecordContent,
  { obligations = [], ...options }: RecordDeidOptions,
): RecordContent {
  const [media = ''] = contentType.toLowerCase().split(';');
  if (!['application/fhir+json', 'application/json'].includes(media.trim())) {
    throw deidUnsupported(media.trim());
  }
  const text = new TextDecoder('utf-8').decode(bytes);
  const resources = readFhirText(text, 'record');
  const labels = labelsOfAll(resources.map(({ resource }) => resource));
  const profile = profileUnder(obligations, labels);
  const result = deidentify(resources.map(withExactNumbers), { ...options, profile });
  const [first] = result.resources;
  if (!first) throw deidUnsupported(resources[0]?.resource.resourceType ?? media);
  const isBundle = resources.length > 1 || resources[0]?.text !== text.trim();
  const content = isBundle ? bundleOf(result.resources) : first.resource;
  return { contentType: 'application/fhir+json', bytes: Buffer.from(JSON.stringify(content)) };
}

/** A Bundle of what is left. */
export function bundleOf(resources: readonly BundledResource[]): Record<string, unknown> {
  return { resourceType: 'Bundle', type: 'collection', entry: [...resources] };
}

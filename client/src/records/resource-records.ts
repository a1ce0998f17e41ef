import {
  categoryOf,
  authorOf,
  careTimeOf,
  episodeOf,
  linksOf,
  type ResourceLink,
  labelsOf,
  type ImportedResource,
  type SecurityLabel,
} from '@salus/fhir';
import { identifier, SalusError, sha256Hex } from '@salus/protocol';
import { recordIdOf } from './ledger-ids.js';
import type { ImportPatient, NewRecord } from './new-record.js';

/** Media type of FHIR resources in JSON (FHIR R4, 3.1.0.1.9). */
export const FHIR_JSON = 'application/fhir+json';
/** Links that a record's details hold; a Provenance or List may refer to more. */
const MAX_LINKS = 64;
const MAX_LABELS = 16;

/** A resource as a record, still without what is there of it already. */
export interface ResourceRecord extends NewRecord {
  readonly text: string;
}

/** Describes resources of one import as records: each resource is one, and refers to the others. */
export function resourceRecords(
  resources: readonly ImportedResource[],
  patient: ImportPatient,
  { mspId, idSecret }: { readonly mspId: string; readonly idSecret: Uint8Array },
): readonly ResourceRecord[] {
  const links = linksOf(resources);
  const byReference = new Map(
    resources.flatMap((one) => {
      const known = [one.name, ...(one.fullUrl === undefined ? [] : [one.fullUrl])];
      return known.map((reference) => [reference, one.resource] as const);
    }),
  );
  const ids = new Map(
    resources.map(({ name, text }) => [
      name,
      recordIdOf(idSecret, {
        pseudonym: patient.pseudonym,
        name,
        textHash: sha256Hex(Buffer.from(text)),
      }),
    ]),
  );
  return resources.map(({ name, resource, text }): ResourceRecord => {
    const careTime = careTimeOf(resource);
    const practitioner = bareIdentifier(authorOf(resource));
    const episode = bareIdentifier(episodeOf(resource, (one) => byReference.get(one)));
    return {
      recordId: ids.get(name) ?? '',
      category: categoryOf(resource),
      labels: labelled(name, labelsOf(resource)),
      name,
      contentType: FHIR_JSON,
      fhirType: resource.resourceType,
      author: { mspId, ...(practitioner !== undefined && { practitioner }) },
      ...(careTime && { careTime }),
      ...(episode !== undefined && { episode }),
      links: mostTelling(links.get(name) ?? []).flatMap(({ relation, name: to }) => {
        const recordId = ids.get(to);
        return recordId === undefined ? [] : [{ relation, recordId }];
      }),
      content: Buffer.from(text, 'utf8'),
      text,
    };
  });
}

/** None is left out in silence: a label narrows who may read. @throws SalusError `ERR_TOO_LARGE` */
function labelled(name: string, labels: readonly SecurityLabel[]): NewRecord['labels'] {
  if (labels.length <= MAX_LABELS) return labels.map((label) => ({ ...label }));
  throw new SalusError('ERR_TOO_LARGE', `${name} has too many security labels`, {
    argument: 'meta.security',
    expected: `at most ${MAX_LABELS} labels`,
    got: `${labels.length}`,
  });
}

/** As many links as details hold: context goes first, for the content tells it all the same. */
function mostTelling(links: readonly ResourceLink[]): readonly ResourceLink[] {
  const isContext = ({ relation }: ResourceLink) => relation === 'context';
  return [...links.filter((one) => !isContext(one)), ...links.filter(isContext)].slice(
    0,
    MAX_LINKS,
  );
}

/** The ID at the end of a reference, where it is one that the ledger takes. */
function bareIdentifier(reference: string | undefined): string | undefined {
  const id = reference?.split(/[/:]/).at(-1);
  return identifier.safeParse(id).success ? id : undefined;
}

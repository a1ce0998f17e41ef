import {
  categoryOf,
  authorOf,
  careTimeOf,
  episodeOf,
  identitiesOf,
  linksOf,
  type ResourceLink,
  labellingOf,
  References,
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
  /** See `identitiesOf`. */
  readonly identity: string;
  /** The ID under which release 0.1.0 registered this content, which named resources by their place. */
  readonly formerId: string;
  /** Whether the resource itself says which version it is. */
  readonly isVersioned: boolean;
  readonly notes: readonly ImportNote[];
}

/** What whoever imports is to know of a record. */
export type ImportNote =
  /** Nothing in it tells whether it is sensitive, so a deny by label may miss it. */
  | 'NOT_JUDGED'
  /** A Consent is kept as a record. It permits and denies nothing until the patient signs it. */
  | 'CONSENT_NOT_IN_FORCE';

type Ids = Pick<ResourceRecord, 'recordId' | 'formerId'>;

/**
 * Describes resources of one import as records: each resource is one, and refers to the others.
 *
 * @throws SalusError `ERR_FHIR_INVALID` where two contents have one identity; `ERR_TOO_LARGE`
 */
export function resourceRecords(
  resources: readonly ImportedResource[],
  patient: ImportPatient,
  { mspId, idSecret }: { readonly mspId: string; readonly idSecret: Uint8Array },
): readonly ResourceRecord[] {
  const identities = identitiesOf(resources);
  const links = linksOf(resources);
  const references = new References(resources);
  const ids = new Map<string, Ids>();
  resources.forEach(({ name, text }, at) => {
    const { pseudonym } = patient;
    const identity = identities[at] ?? name;
    const textHash = sha256Hex(Buffer.from(text));
    ids.set(identity, {
      recordId: recordIdOf(idSecret, { pseudonym, name: identity, textHash }),
      formerId: recordIdOf(idSecret, { pseudonym, name, textHash }),
    });
  });
  return resources.map((item, at): ResourceRecord => {
    const { name, resource, text } = item;
    const identity = identities[at] ?? name;
    const find = (reference: string) => references.find(reference, item)?.resource;
    const careTime = careTimeOf(resource);
    const practitioner = bareIdentifier(authorOf(resource));
    const episode = bareIdentifier(episodeOf(resource, find));
    const { labels, isJudged } = labellingOf(resource, find);
    return {
      ...(ids.get(identity) ?? { recordId: '', formerId: '' }),
      identity,
      isVersioned: resource.meta?.versionId !== undefined || 'lastUpdated' in (resource.meta ?? {}),
      notes: [
        ...(isJudged ? [] : (['NOT_JUDGED'] as const)),
        ...(resource.resourceType === 'Consent' ? (['CONSENT_NOT_IN_FORCE'] as const) : []),
      ],
      category: categoryOf(resource),
      labels: labelled(name, labels),
      name: identity,
      contentType: FHIR_JSON,
      fhirType: resource.resourceType,
      author: { mspId, ...(practitioner !== undefined && { practitioner }) },
      ...(careTime && { careTime }),
      ...(episode !== undefined && { episode }),
      links: mostTelling(links.get(identity) ?? []).flatMap(({ relation, name: to }) => {
        const recordId = ids.get(to)?.recordId;
        return recordId === undefined ? [] : [{ relation, recordId }];
      }),
      content: Buffer.from(text, 'utf8'),
      text,
    };
  });
}

/** A record without what only the import goes by. */
export function newRecordOf(record: ResourceRecord): NewRecord {
  const { text: _, identity: _i, formerId: _f, isVersioned: _v, notes: _n, ...described } = record;
  return described;
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
export function bareIdentifier(reference: string | undefined): string | undefined {
  const id = reference?.split(/[/:]/).at(-1);
  return identifier.safeParse(id).success ? id : undefined;
}

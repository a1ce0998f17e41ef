import { ownOf } from '@salus/protocol';
import { spanOf, utc } from './fhir-time.js';
import { identitiesOf } from './identity.js';
import { References } from './references.js';
import type { FhirResource, ImportedResource } from './resource.js';
import { asArray, asObject, asText } from './values.js';

/**
 * What a record's details tell of a resource apart from its category and labels. When care was given, by
 * whom, in which episode, and which other records it belongs to.
 */

/** Time of care, in UTC. */
export interface CareTime {
  readonly start: string;
  readonly end?: string;
}

/**
 * Elements that tell when care happened, the most telling first: what was observed or done, then when
 * it was planned or written down. R4's `effective[x]`, `performed[x]`, `occurrence[x]`, `onset[x]`.
 */
const CARE_TIMES = [
  'effectiveDateTime',
  'effectivePeriod',
  'effectiveInstant',
  'performedDateTime',
  'performedPeriod',
  'occurrenceDateTime',
  'occurrencePeriod',
  'onsetDateTime',
  'onsetPeriod',
  'servicedDate',
  'servicedPeriod',
  'billablePeriod',
  'started',
  'whenHandedOver',
  'whenPrepared',
  'period',
  'collection',
  'createdDateTime',
  'createdPeriod',
  'authoredOn',
  'dateAsserted',
  'assertedDate',
  'date',
  'issued',
  'recordedDate',
  'recorded',
  'created',
] as const;

/** Of a Specimen's `collection`. */
const COLLECTED = ['collectedDateTime', 'collectedPeriod'] as const;

/** When the care that a resource tells of was given; undefined where it doesn't say. */
export function careTimeOf(resource: FhirResource): CareTime | undefined {
  if (resource.resourceType === 'Bundle') return careTimeOfAll(bundledIn(resource));
  const collection = asObject(resource['collection']);
  const values = [
    ...CARE_TIMES.map((name) => resource[name]),
    ...COLLECTED.map((name) => collection?.[name]),
  ];
  for (const value of values) {
    const period = asObject(value);
    const start = sayable(spanOf(period ? period['start'] : value));
    const end = period ? sayable(spanOf(period['end'])) : start;
    if (start) return careTime(start.from, end && end.to > start.from ? end.to : undefined);
    if (end) return careTime(end.from, end.to > end.from ? end.to : undefined);
  }
  return undefined;
}

/**
 * A span in years that a time of care can be said in. Systems write 0001-01-01 for "never", and 9999-12-31 for "open":
 * the one says nothing, the other may lie beyond in UTC.
 */
function sayable(span: ReturnType<typeof spanOf>): ReturnType<typeof spanOf> {
  return span && span.from >= EARLIEST && span.to <= LATEST ? span : undefined;
}

const EARLIEST = Date.parse('1000-01-01T00:00:00Z');
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');

/** From the first to the last time of care of several resources. */
export function careTimeOfAll(resources: readonly FhirResource[]): CareTime | undefined {
  const times = resources.map(careTimeOf).filter((time) => time !== undefined);
  const [first] = times.map(({ start }) => start).sort();
  const last = times
    .map(({ start, end }) => end ?? start)
    .sort()
    .at(-1);
  if (first === undefined || last === undefined) return undefined;
  return { start: first, ...(last > first && { end: last }) };
}

/** Elements that name who answers for a resource, the most telling first. */
const AUTHORS = ['author', 'performer', 'requester', 'recorder', 'asserter', 'provider'] as const;

/** Who answers for a resource, as it refers to them: an absolute URL, `urn:uuid:…` or `Type/id`. */
export function authorOf(resource: FhirResource): string | undefined {
  const participants = asArray(resource['participant']).map((one) => asObject(one)?.['individual']);
  const values = [...AUTHORS.flatMap((name) => asArray(resource[name])), ...participants];
  const references = values.map((value) => {
    const object = asObject(value);
    // `performer` of a Procedure or Immunization is a backbone element with an `actor`.
    return referenceOf(object?.['actor']) ?? referenceOf(object);
  });
  const people = references.filter((reference) => reference !== undefined);
  return people.find((reference) => !reference.startsWith('Organization/')) ?? people[0];
}

/**
 * The episode that a resource belongs to: an EpisodeOfCare where its encounter names one, else the
 * encounter. Resources of an import find their encounter among the others.
 *
 * @returns the ID alone, without type
 */
export function episodeOf(
  resource: FhirResource,
  find: (reference: string) => FhirResource | undefined = () => undefined,
): string | undefined {
  if (resource.resourceType === 'EpisodeOfCare') return resource.id;
  if (resource.resourceType === 'Encounter') {
    return bareId(referenceOf(asArray(resource['episodeOfCare'])[0])) ?? resource.id;
  }
  const context = asObject(resource['context']);
  const items = asArray(resource['item']).map((item) => asObject(item)?.['encounter']);
  const [encounter] = [resource['encounter'], context?.['encounter'], context, ...items]
    .flatMap(asArray)
    .map(referenceOf)
    .filter((reference) => reference !== undefined);
  if (encounter === undefined) return undefined;
  const found = find(encounter);
  return found?.resourceType === 'Encounter' ? episodeOf(found) : bareId(encounter);
}

/** How one record belongs to another. */
export type LinkRelation = 'part-of' | 'based-on' | 'derived-from' | 'replaces' | 'context';

export interface ResourceLink {
  readonly relation: LinkRelation;
  /** Identity of the other resource in the same import, see `identitiesOf`. */
  readonly name: string;
}

/** What a link means, by the element that refers; every other element gives context. */
const RELATIONS: Readonly<Record<string, LinkRelation>> = {
  partOf: 'part-of',
  hasMember: 'part-of',
  basedOn: 'based-on',
  prescription: 'based-on',
  originalPrescription: 'based-on',
  authorizingPrescription: 'based-on',
  referral: 'based-on',
  request: 'based-on',
  derivedFrom: 'derived-from',
  result: 'derived-from',
  claim: 'derived-from',
  imagingStudy: 'derived-from',
  replaces: 'replaces',
  priorPrescription: 'replaces',
};

/**
 * Links of each resource to others of the same import, by identity. Whoever imports turns the identities
 * into record IDs.
 */
export function linksOf(
  resources: readonly ImportedResource[],
): ReadonlyMap<string, readonly ResourceLink[]> {
  const known = new References(resources);
  const identities = identitiesOf(resources);
  const identityOf = new Map(resources.map((one, at) => [one, identities[at] ?? '']));
  return new Map(
    resources.map((item, at) => {
      const own = identities[at] ?? '';
      const links = new Map<string, ResourceLink>();
      for (const { element, reference, replaces } of references(item.resource)) {
        const found = known.find(reference, item);
        const name = found && identityOf.get(found);
        if (name === undefined || name === own) continue;
        const relation = replaces ? 'replaces' : (ownOf(RELATIONS, element) ?? 'context');
        const before = links.get(name);
        if (before === undefined || before.relation === 'context')
          links.set(name, { relation, name });
      }
      return [own, [...links.values()]] as const;
    }),
  );
}

interface FoundReference {
  /** The resource's own element that it stands under. */
  readonly element: string;
  readonly reference: string;
  readonly replaces: boolean;
}

function* references(resource: FhirResource): Generator<FoundReference, void> {
  for (const [element, value] of Object.entries(resource)) {
    const pending: unknown[] = [value];
    while (pending.length > 0) {
      const next = pending.pop();
      if (Array.isArray(next)) pending.push(...asArray(next));
      const object = asObject(next);
      if (!object) continue;
      const reference = asText(object['reference']);
      if (reference !== undefined) yield { element, reference, replaces: false };
      // DocumentReference and Composition: relatesTo { code, target }.
      const replaced = object['code'] === 'replaces' && referenceOf(object['target']);
      if (typeof replaced === 'string') yield { element, reference: replaced, replaces: true };
      pending.push(...Object.values(object).filter((item) => typeof item === 'object'));
    }
  }
}

function bundledIn(bundle: FhirResource): readonly FhirResource[] {
  return asArray(bundle['entry'])
    .map((entry) => asObject(asObject(entry)?.['resource']))
    .filter((one) => typeof one?.['resourceType'] === 'string') as unknown as FhirResource[];
}

function careTime(from: number, to: number | undefined): CareTime {
  return { start: utc(from), ...(to !== undefined && { end: utc(to) }) };
}

function referenceOf(value: unknown): string | undefined {
  return asText(asObject(value)?.['reference']);
}

function bareId(reference: string | undefined): string | undefined {
  return reference?.split(/[/:]/).at(-1);
}

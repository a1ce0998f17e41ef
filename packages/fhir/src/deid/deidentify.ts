import { SalusError, ownOf } from '@salus/protocol';
import type { FhirResource } from '../resource.js';
import { SYSTEM } from '../systems.js';
import { asArray, asObject, asText } from '../values.js';
import { allowList } from './allow-list.js';
import type { DeidContext } from './context.js';
import { ageAt, shiftTime, yearOf } from './dates.js';
import { keptExtensions } from './extensions.js';
import { IdentifyingText } from './identifying-text.js';
import { Keyed } from './keyed.js';
import { code, instant, labels, pseudonymousReference } from './kinds.js';
import { profiles, type ProfileName } from './profiles.js';
import { shaped } from './shaped.js';

/** A resource and, from a bundle, the URL that others refer to it by. */
export interface BundledResource {
  readonly resource: FhirResource;
  readonly fullUrl?: string;
}

export interface DeidOptions {
  readonly profile: ProfileName;
  /** 32 random bytes; the same key gives the same pseudonyms and shifts. */
  readonly key: Uint8Array;
  /** Whose resources these are: dates shift alike for all that is given under one name. */
  readonly patient: string;
  /** The day that ages are told at; today where left out. */
  readonly asOf?: string;
  /** Where the Patient resource isn't among the resources. */
  readonly birthDate?: string;
  /** What identifies where that is more than what the resources themselves tell: the custodian knows it. */
  readonly identifying?: IdentifyingText;
  /**
   * Whether `identifying`, or the resources, tell of the patient. By default, whether `identifying` is given or a
   * Patient is among the resources. Without, all free text goes, the names of codes too.
   */
  readonly isPatientKnown?: boolean;
}

export interface Deidentified {
  readonly resources: readonly BundledResource[];
  /** How many resources of which type were taken out, as nothing says what may stay of them. */
  readonly takenOut: Readonly<Record<string, number>>;
}

function hasPatient(resources: readonly BundledResource[]): boolean {
  return resources.some(({ resource }) => resource.resourceType === 'Patient');
}

/** Older patients are one group (45 CFR 164.514(b)(2)(i)(C)). */
const OLDEST = 90;

/**
 * De-identifies what belongs to one patient, and what it refers to, by the allow-list of each
 * resource type. References go on resolving, times keep their distances.
 *
 * @throws SalusError `ERR_INVALID_ARGUMENT` for a key of another length
 */
export function deidentify(
  resources: readonly BundledResource[],
  options: DeidOptions,
): Deidentified {
  const takenOut = new Map<string, number>();
  const gone = new Set<string>();
  for (const { resource, fullUrl } of resources) {
    const { resourceType, id } = resource;
    if (Object.hasOwn(allowList, resourceType)) continue;
    takenOut.set(resourceType, (takenOut.get(resourceType) ?? 0) + 1);
    if (fullUrl !== undefined) gone.add(fullUrl);
    if (id !== undefined) gone.add(`${resourceType}/${id}`).add(`urn:uuid:${id}`);
  }
  const profile = profiles[options.profile];
  const keyed = new Keyed(options.key);
  const shiftDays = keyed.shiftDays(options.patient);
  const oldestBirthYear = oldest(resources, options, shiftDays);
  const context: DeidContext = {
    profile,
    keyed,
    shiftDays,
    identifying:
      options.identifying ?? new IdentifyingText(resources.map(({ resource }) => resource)),
    isPatientKnown:
      options.isPatientKnown ?? (options.identifying !== undefined || hasPatient(resources)),
    isTakenOut: (reference) => gone.has(reference.replace(/\/_history\/.*$/, '')),
    ...(oldestBirthYear !== undefined && { oldestBirthYear }),
    container: '',
  };
  const result = resources.flatMap(({ resource, fullUrl }) => {
    const shapedResource = deidentifyResource(resource, context);
    if (!shapedResource) return [];
    const url = fullUrl === undefined ? undefined : pseudonymousUrl(fullUrl, context);
    return [{ resource: shapedResource, ...(url !== undefined && { fullUrl: url }) }];
  });
  return { resources: result, takenOut: Object.fromEntries(takenOut) };
}

function deidentifyResource(resource: FhirResource, around: DeidContext): FhirResource | undefined {
  const { resourceType, id } = resource;
  const shape = ownOf(allowList, resourceType);
  if (!shape) return undefined;
  const { keyed } = around;
  const inside = asArray(resource['contained']).filter((one): one is FhirResource =>
    Object.hasOwn(allowList, asText(asObject(one)?.['resourceType']) ?? ''),
  );
  const insideIds = new Set(inside.map((one) => `#${one.id ?? ''}`));
  const context: DeidContext = {
    ...around,
    container: `${resourceType}/${id ?? ''}`,
    isTakenOut: (reference) =>
      reference.length > 1 && reference.startsWith('#')
        ? !insideIds.has(reference)
        : around.isTakenOut(reference),
  };
  const body = shaped(resource, shape, context) ?? {};
  const written = JSON.stringify(body);
  const contained = inside.flatMap((one) => {
    const own = pseudonymousReference(`#${one.id ?? ''}`, context)?.reference?.slice(1) ?? '';
    // What nothing refers to any more goes too (FHIR R4, dom-3).
    if (!written.includes(JSON.stringify(`#${own}`))) return [];
    const elements = shaped(one, ownOf(allowList, one.resourceType) ?? {}, context);
    return [{ resourceType: one.resourceType, id: own, ...elements }];
  });
  const extension = keptExtensions(resource['extension'], context);
  return {
    resourceType,
    ...(id !== undefined && { id: keyed.pseudonym('id', id) }),
    meta: metaOf(resource, context),
    ...(contained.length > 0 && { contained }),
    ...(extension && resourceType === 'Patient' && { extension }),
    ...body,
  };
}

/** Says that pseudonyms stand in for identifiers (HL7 v3 ObservationValue, security alteration). */
function metaOf(resource: FhirResource, context: DeidContext): NonNullable<FhirResource['meta']> {
  const { versionId, lastUpdated, security } = (resource.meta ?? {}) as Record<string, unknown>;
  const version = typeof versionId === 'string' && /^\d{1,9}$/.test(versionId) && versionId;
  const updated = instant(lastUpdated, context);
  const stated = asArray(labels(security, context)).filter(
    (one) => asObject(one)?.['code'] !== 'PSEUDED' && code(asObject(one)?.['code'], context),
  );
  return {
    ...(typeof version === 'string' && { versionId: version }),
    ...(updated !== undefined && { lastUpdated: updated }),
    security: [...stated, { system: SYSTEM.observationValue, code: 'PSEUDED' }],
  };
}

/** Where relative references resolve (FHIR R4, 2.36.4.1). */
const BASE = 'https://salus.example/fhir/deidentified/';

function pseudonymousUrl(fullUrl: string, context: DeidContext): string | undefined {
  const reference = pseudonymousReference(fullUrl, {
    ...context,
    isTakenOut: () => false,
  })?.reference;
  if (reference === undefined) return undefined;
  return reference.startsWith('urn:') ? reference : `${BASE}${reference}`;
}

function oldest(
  resources: readonly BundledResource[],
  { asOf, birthDate }: DeidOptions,
  shiftDays: number,
): string | undefined {
  const patient = resources.find(({ resource }) => resource.resourceType === 'Patient')?.resource;
  const born = asText(patient?.['birthDate']) ?? birthDate;
  const at = asText(patient?.['deceasedDateTime']) ?? asOf ?? new Date().toISOString();
  const age = born === undefined ? undefined : ageAt(born, at);
  const shifted = shiftTime(at, shiftDays);
  if (age === undefined || age < OLDEST || shifted === undefined) return undefined;
  return String(Number(yearOf(shifted)) - OLDEST);
}

/** Content that only a tool for its own form could de-identify. */
export function deidUnsupported(what: string): SalusError {
  return new SalusError('ERR_DEID_UNSUPPORTED', `${what} can't be de-identified here`, {
    argument: 'contentType',
    expected: 'FHIR R4 in JSON',
    got: what,
  });
}

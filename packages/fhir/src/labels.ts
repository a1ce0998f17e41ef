import { ownOf } from '@salus/protocol';
import { HANDLING_CODES } from './handling-codes.js';
import { guardJson } from './json-guard.js';
import { namedMedicineSensitivities } from './medicines.js';
import type { FhirResource } from './resource.js';
import {
  JUDGED_SYSTEMS,
  SENSITIVE_TYPES,
  SENSITIVITY_CODES,
  sensitivitiesOf,
} from './sensitivity.js';
import { canonicalSystem } from './system-names.js';
import { SALUS, SYSTEM } from './systems.js';
import { asArray, asObject, asText, type SystemCode } from './values.js';

/** A security label: HL7 v3 Confidentiality, or a sensitivity or handling code of v3 ActCode. */
export type SecurityLabel = SystemCode;

/** HL7 v3 Confidentiality, from the least to the most confidential. */
export const CONFIDENTIALITIES = ['U', 'L', 'M', 'N', 'R', 'V'] as const;

/** Types that tell who, where and by whom, and nothing of what a patient has. */
const NOT_ABOUT_CARE: ReadonlySet<string> = new Set([
  ...['Patient', 'Person', 'RelatedPerson', 'Practitioner', 'PractitionerRole', 'Organization'],
  ...['Location', 'HealthcareService', 'Endpoint', 'Coverage', 'Provenance', 'AuditEvent'],
  ...['Immunization', 'ImmunizationRecommendation', 'Schedule', 'Slot'],
]);

const isConfidentiality = ({ system }: SecurityLabel) => system === SYSTEM.confidentiality;
/** Of ActCode, what doesn't tell how to handle tells why: a code that nobody knows is taken for a sensitivity. */
const isSensitivity = ({ system, code }: SecurityLabel) =>
  system === SYSTEM.actCode && !HANDLING_CODES.has(code);

/** The resource that a reference of another one leads to, where it is known. */
export type FindResource = (reference: string) => FhirResource | undefined;

/** Labels of a resource, and whether they rest on anything. */
export interface Labelling {
  readonly labels: readonly SecurityLabel[];
  /**
   * False where a resource about care states no sensitivity, and no code in it is one that the table judges: it may be
   * sensitive all the same.
   */
  readonly isJudged: boolean;
}

/**
 * The labels of a resource: what it states, and what its codes say by `sensitivitiesOf`. One never switches the
 * other off. Parts count as well: contained resources, entries of Bundles at any depth, FHIR in attachments, and the
 * Medication that is referred to. A derived label only ever narrows who may read: a permit that names labels
 * has to name all of a record's.
 *
 * @param find - resources of the same import
 * @returns each label once, sorted, under the system's canonical name; always one of HL7's confidentialities, the
 *   highest, `N` by default
 * @example
 * labelsOf({ resourceType: 'Condition', code: { coding: [{ system: SYSTEM.icd10cm, code: 'B20' }] } });
 * // ActCode HIV and Confidentiality R
 */
export function labelsOf(resource: FhirResource, find?: FindResource): readonly SecurityLabel[] {
  return labellingOf(resource, find).labels;
}

/** As {@link labelsOf}, with what the labels rest on. */
export function labellingOf(resource: FhirResource, find?: FindResource): Labelling {
  const { stated, derived, isJudged } = evidenceIn(resource, find);
  const labels = [...stated, ...derived.map((code) => ({ system: SYSTEM.actCode, code }))];
  const isSensitive = labels.some(isSensitivity);
  // Sensitive information is restricted (v3 Confidentiality: R).
  const least = { system: SYSTEM.confidentiality, code: isSensitive ? 'R' : 'N' };
  const known = labels.some((one) => isConfidentiality(one) && rank(one.code) >= 0);
  return {
    labels: highWater(isSensitive || !known ? [...labels, least] : labels),
    isJudged: isJudged || stated.some(isSensitivity) || NOT_ABOUT_CARE.has(resource.resourceType),
  };
}

/** Labels of several resources that are kept as one record: those of each. */
export function labelsOfAll(
  resources: readonly FhirResource[],
  find?: FindResource,
): readonly SecurityLabel[] {
  return highWater(resources.flatMap((one) => labelsOf(one, find)));
}

/**
 * Each label once. A container is as confidential as its most confidential part (HL7 Healthcare Privacy and
 * Security Classification System, "high-water mark"). A confidentiality that HL7 doesn't define stays.
 */
export function highWater(labels: readonly SecurityLabel[]): readonly SecurityLabel[] {
  const highest = labels
    .filter(isConfidentiality)
    .reduce((most, { code }) => Math.max(most, rank(code)), -1);
  return sortedLabels(labels).filter(
    (label) => !isConfidentiality(label) || [-1, highest].includes(rank(label.code)),
  );
}

/** How a label is written where it becomes a tag: `system|code`. */
export function labelText({ system, code }: SecurityLabel): string {
  return `${system}|${code}`;
}

/** Reads `labelText`; undefined for another text. */
export function parseLabel(text: string): SecurityLabel | undefined {
  const at = text.lastIndexOf('|');
  const system = text.slice(0, at);
  const code = text.slice(at + 1);
  return at > 0 && code !== '' ? { system, code } : undefined;
}

function rank(code: string): number {
  return CONFIDENTIALITIES.indexOf(code as (typeof CONFIDENTIALITIES)[number]);
}

function sortedLabels(labels: readonly SecurityLabel[]): readonly SecurityLabel[] {
  const byText = new Map(labels.map(({ system, code }) => [`${system}|${code}`, { system, code }]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, label]) => label);
}

interface Evidence {
  readonly stated: readonly SecurityLabel[];
  readonly derived: readonly string[];
  readonly isJudged: boolean;
}

/** Everything in a resource that labels come from, in one walk. */
function evidenceIn(resource: FhirResource, find: FindResource = () => undefined): Evidence {
  const stated: SecurityLabel[] = [];
  const derived = new Set<string>();
  const seen = new Set<unknown>();
  let isJudged = false;
  const pending: unknown[] = [resource];
  while (pending.length > 0) {
    const value = pending.pop();
    if (Array.isArray(value)) {
      pending.push(...asArray(value));
      continue;
    }
    const object = asObject(value);
    if (!object || seen.has(object)) continue;
    seen.add(object);
    stated.push(...statedOn(object));
    const type = asText(object['resourceType']);
    const ofType = type === undefined ? undefined : ownOf(SENSITIVE_TYPES, type);
    if (ofType !== undefined) derived.add(ofType);
    const { system, code } = object;
    if (typeof system === 'string' && typeof code === 'string') {
      const found = sensitivitiesOf(system, code);
      for (const one of found) derived.add(one);
      isJudged ||= found.length > 0 || JUDGED_SYSTEMS.has(canonicalSystem(system));
    }
    for (const text of medicineTexts(object)) {
      isJudged = true;
      for (const one of namedMedicineSensitivities(text)) derived.add(one);
    }
    const medication = asText(asObject(object['medicationReference'])?.['reference']);
    if (medication !== undefined) pending.push(find(medication));
    pending.push(attachedFhir(object));
    pending.push(...Object.values(object).filter((item) => typeof item === 'object'));
  }
  return { stated, derived: [...derived], isJudged };
}

const INLINE_LABEL = /\/extension-inline-sec-label$/;

/** What a resource or element states: in `meta.security`, `securityLabel`, `confidentiality`, or inline (DS4P). */
function statedOn(object: Readonly<Record<string, unknown>>): readonly SecurityLabel[] {
  const { url, valueCoding, confidentiality, resourceType } = object;
  const isInline = typeof url === 'string' && INLINE_LABEL.test(url);
  if (typeof resourceType !== 'string') return isInline ? statedLabels(valueCoding) : [];
  const ofDocument = resourceType === 'DocumentReference' ? object['securityLabel'] : undefined;
  const ofComposition = resourceType === 'Composition' ? asText(confidentiality) : undefined;
  return [
    ...statedLabels(asObject(object['meta'])?.['security']),
    ...statedLabels(ofDocument),
    ...(ofComposition === undefined ? [] : statedLabels({ code: ofComposition })),
  ];
}

/** Codings and CodeableConcepts as labels. Without a system the code tells which one it is of. */
export function statedLabels(value: unknown): readonly SecurityLabel[] {
  return asArray(value).flatMap((item) => {
    const object = asObject(item);
    if (!object) return [];
    if (object['coding'] !== undefined) return statedLabels(object['coding']);
    const code = asText(object['code'])?.trim().replace(/\s+/g, ' ');
    const system = asText(object['system']);
    if (code === undefined || code === '') return [];
    return [
      { system: system === undefined ? systemOf(code) : uriOf(canonicalSystem(system)), code },
    ];
  });
}

/** A name that is no URI is one of a local system: the ledger's labels have URIs. */
function uriOf(system: string): string {
  const isUri = /^[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+$/.test(system);
  return isUri ? system : `${SALUS.unnamedLabel}#${encodeURIComponent(system)}`;
}

function systemOf(code: string): string {
  if (rank(code) >= 0) return SYSTEM.confidentiality;
  const isActCode = HANDLING_CODES.has(code) || SENSITIVITY_CODES.has(code);
  return isActCode ? SYSTEM.actCode : SALUS.unnamedLabel;
}

/** Texts that name a medicine: of its code, and of its ingredients. */
function medicineTexts(object: Readonly<Record<string, unknown>>): readonly string[] {
  const isMedication = /^Medication(?:Knowledge)?$/.test(asText(object['resourceType']) ?? '');
  const { medicationCodeableConcept, itemCodeableConcept } = object;
  const medication = asObject(object['medication'])?.['concept'];
  const concepts = [medicationCodeableConcept, itemCodeableConcept, medication];
  return (isMedication ? [...concepts, object['code']] : concepts).flatMap((concept) => {
    const { text, coding } = asObject(concept) ?? {};
    return [text, ...asArray(coding).map((one) => asObject(one)?.['display'])].flatMap(
      (one) => asText(one) ?? [],
    );
  });
}

/** FHIR that an attachment carries. */
function attachedFhir({ contentType, data }: Readonly<Record<string, unknown>>): unknown {
  if (typeof contentType !== 'string' || typeof data !== 'string') return undefined;
  if (!/^application\/(?:fhir\+)?json\b/i.test(contentType)) return undefined;
  try {
    const text = Buffer.from(data, 'base64').toString('utf8');
    guardJson(text, 'attachment');
    return JSON.parse(text) as unknown;
  } catch {
    // It is no FHIR that anybody could read.
    return undefined;
  }
}

import { ownOf } from '@salus/protocol';
import type { FhirResource } from './resource.js';
import { SENSITIVE_TYPES, sensitivitiesOf } from './sensitivity.js';
import { SYSTEM } from './systems.js';
import { asArray, asObject, codingsOf, type SystemCode } from './values.js';

/** A security label: HL7 v3 Confidentiality, or a sensitivity or handling code of v3 ActCode. */
export type SecurityLabel = SystemCode;

/** HL7 v3 Confidentiality, from the least to the most confidential. */
export const CONFIDENTIALITIES = ['U', 'L', 'M', 'N', 'R', 'V'] as const;

const isConfidentiality = ({ system }: SecurityLabel) => system === SYSTEM.confidentiality;
const isActCode = ({ system }: SecurityLabel) => system === SYSTEM.actCode;

/**
 * The labels of a resource: what `meta.security` states, and where it says nothing of confidentiality
 * or of sensitivity, what the resource's codes say by `sensitivitiesOf`. A derived label only
 * ever narrows who may read: a permit that names labels has to name all of a record's.
 *
 * @returns each label once, sorted; always at least one of confidentiality, `N` by default
 * @example
 * labelsOf({ resourceType: 'Condition', code: { coding: [{ system: SYSTEM.icd10cm, code: 'B20' }] } });
 * // ActCode HIV and Confidentiality R
 */
export function labelsOf(resource: FhirResource): readonly SecurityLabel[] {
  const stated = codingsOf(resource.meta?.['security']);
  const labels = [...stated];
  if (!stated.some(isActCode)) {
    for (const code of derivedSensitivities(resource))
      labels.push({ system: SYSTEM.actCode, code });
  }
  if (!stated.some(isConfidentiality)) {
    // Sensitive information is restricted (v3 Confidentiality: R).
    const code = labels.some(isActCode) ? 'R' : 'N';
    labels.push({ system: SYSTEM.confidentiality, code });
  }
  return sortedLabels(labels);
}

/** Labels of several resources that are kept as one record: those of each. */
export function labelsOfAll(resources: readonly FhirResource[]): readonly SecurityLabel[] {
  const labels = sortedLabels(resources.flatMap(labelsOf));
  const highest = labels
    .filter(isConfidentiality)
    .reduce((most, { code }) => Math.max(most, rank(code)), -1);
  // A container is as confidential as its most confidential part (HL7 Healthcare Privacy and
  // Security Classification System, "high-water mark").
  return labels.filter((label) => !isConfidentiality(label) || rank(label.code) === highest);
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

function derivedSensitivities(resource: FhirResource): readonly string[] {
  const found = new Set<string>();
  const ofType = ownOf(SENSITIVE_TYPES, resource.resourceType);
  if (ofType !== undefined) found.add(ofType);
  const pending: unknown[] = [resource];
  while (pending.length > 0) {
    const value = pending.pop();
    if (Array.isArray(value)) {
      pending.push(...asArray(value));
      continue;
    }
    const object = asObject(value);
    if (!object) continue;
    const { system, code } = object;
    if (typeof system === 'string' && typeof code === 'string') {
      for (const sensitivity of sensitivitiesOf(system, code)) found.add(sensitivity);
    }
    pending.push(...Object.values(object).filter((item) => typeof item === 'object'));
  }
  return [...found];
}

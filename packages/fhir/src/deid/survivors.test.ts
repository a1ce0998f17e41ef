import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expectR4 } from '@salus/testing/fhir-r4';
import { readFhirText } from '../read.js';
import { brokenReferences } from '../references.js';
import type { ImportedResource } from '../resource.js';
import { readFhirFile } from '../test-support/read-fhir-file.js';
import { deidentifyCohort } from './cohort.js';
import { profileNames } from './profiles.js';
import { bundleOf } from './record.js';

/** More patients than are in the repository: a folder that scripts/generate-synthea.sh has written. */
const folders = [
  path.join(__dirname, '../../../../test/data/synthea'),
  ...(process.env['SALUS_SYNTHEA'] ? [process.env['SALUS_SYNTHEA']] : []),
];
const files = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((file) => /\.json(\.gz)?$/.test(file))
    .map((file) => path.join(folder, file)),
);
const key = Buffer.alloc(32, 7);
const asOf = '2026-11-21T00:00:00Z';

/** Words of the notes that are names, which Synthea ends in digits. */
const SYNTHEA_NAME = /\b\p{Lu}[\p{L}']*\p{Ll}\d{1,3}\b/gu;

/**
 * Every identifier of the input, found without the product's own code: exact texts, and short ones
 * that count only as a word of their own.
 */
function identifiersIn(resources: readonly ImportedResource[]): Set<string> {
  const found = new Set<string>();
  const add = (value: unknown) => {
    if (typeof value === 'number') found.add(String(value));
    if (typeof value === 'string' && value.trim().length > 2) found.add(value.trim());
  };
  const walk = (value: unknown, name: string, type: string): void => {
    if (Array.isArray(value)) for (const item of value as unknown[]) walk(item, name, type);
    if (typeof value === 'string') {
      for (const [word] of value.matchAll(SYNTHEA_NAME)) add(word);
      for (const [uuid] of value.matchAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g))
        add(uuid);
      if (name === 'data') {
        const note = Buffer.from(value, 'base64').toString('utf8');
        for (const [word] of note.matchAll(SYNTHEA_NAME)) add(word);
        add(value);
      }
      if (['div', 'url'].includes(name) && type === 'Patient') return;
      if (['family', 'given', 'line', 'city', 'postalCode', 'birthDate'].includes(name)) add(value);
      if (['serialNumber', 'distinctIdentifier', 'carrierHRF', 'uid', 'lotNumber'].includes(name))
        add(value);
      if (['deviceIdentifier', 'name', 'fullUrl'].includes(name)) add(value);
    }
    if (typeof value !== 'object' || value === null) return;
    const object = value as Record<string, unknown>;
    if (/Name$/.test(String(object['url']))) add(object['valueString']);
    // IDs of contained resources are words such as `coverage`.
    if (/\d/.test(String(object['id']))) add(object['id']);
    if ('latitude' in object) [object['latitude'], object['longitude']].forEach(add);
    if (['latitude', 'longitude'].includes(object['url'] as string)) add(object['valueDecimal']);
    // Identifiers and contact points, not quantities.
    if (name === 'identifier' || name === 'telecom') add(object['value']);
    // Who a reference names: people and organisations, not what was found or done.
    const isActor =
      /individual|provider|performer|requester|author|custodian|location|organization|facility|who|onBehalfOf|member|insurer|coverage|payor|practitioner|serviceProvider|managingOrganization|subject|patient/i;
    if (isActor.test(name)) add(object['display']);
    for (const [member, item] of Object.entries(object)) {
      walk(item, Array.isArray(value) ? name : member, type);
    }
  };
  for (const { resource } of resources) walk(resource, '', resource.resourceType);
  // Of the patient alone: what everybody has is no identifier.
  for (const common of ['home', 'work', 'White', 'MA', 'US', 'phone', 'email', 'general']) {
    found.delete(common);
  }
  return found;
}

/** A text as it is, in base64 at each of its three places, and in hex. */
function formsOf(text: string): string[] {
  const bytes = Buffer.from(text);
  const base64 = [0, 1, 2].map((offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    const start = Math.ceil((offset * 8) / 6);
    const whole = Math.floor(((offset + bytes.length) * 8) / 6);
    return shifted.slice(start, whole);
  });
  return [text, bytes.toString('hex'), ...base64.filter((form) => form.length >= 8)];
}

const lowered = new Map<string, string>();
function lower(text: string): string {
  const known = lowered.get(text) ?? text.toLowerCase();
  lowered.set(text, known);
  return known;
}

function survives(identifier: string, output: string): boolean {
  return formsOf(identifier).some((form, index) => {
    if (!output.includes(form) && !lower(output).includes(form.toLowerCase())) return false;
    // Digits may be a part of another number; a few of them of any other text.
    if (index > 0 || !/^\d+$/.test(form)) return true;
    const alone = form.length > 8 ? `(?<![0-9.])${form}(?!\\d)` : `(?<![\\w.-])${form}(?![\\w-])`;
    return new RegExp(alone).test(output);
  });
}

describe.each(profileNames)('the profile %s', (profile) => {
  it.each(files.map((file) => [path.basename(file), file]))(
    'lets no identifier of %s survive, and gives R4 whose references resolve',
    async (_, file) => {
      const resources = await readFhirFile(file);
      const result = deidentifyCohort(resources, { profile, key, asOf });
      expect(result.patients).toBe(1);
      expect(result.takenOut).toEqual({});
      expect(result.resources).toHaveLength(resources.length);
      const output = JSON.stringify(bundleOf(result.resources));
      const identifiers = identifiersIn(resources);
      // The search looks for something: names, numbers, places, times, identifiers and notes.
      expect(identifiers.size).toBeGreaterThan(100);
      const input = resources.map(({ text, fullUrl }) => `${fullUrl ?? ''} ${text}`).join('\n');
      expect([...identifiers].filter((identifier) => !survives(identifier, input))).toEqual([]);
      expect([...identifiers].filter((identifier) => survives(identifier, output))).toEqual([]);
      // Shifted times may fall on those of other resources, never on the resource's own.
      resources.forEach(({ text }, index) => {
        const shifted = JSON.stringify(result.resources[index]);
        const own = text.match(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/g) ?? [];
        expect(own.filter((time) => shifted.includes(time))).toEqual([]);
      });
      const again = readFhirText(output, 'output');
      expect(brokenReferences(again)).toEqual([]);
      for (const { resource } of again) expectR4(resource);
    },
  );
});

describe('the search for survivors', () => {
  it('finds what is planted in any of its forms', () => {
    const planted = (text: string) => JSON.stringify({ x: `a${text}b` });
    for (const name of ['Trish512', 'DR SOLOMON CARTER', '42.33093884436174', '999-55-1842']) {
      for (const encoding of ['utf8', 'base64', 'hex'] as const) {
        for (const before of ['', 'x', 'xy']) {
          expect(survives(name, planted(Buffer.from(`${before}${name}`).toString(encoding)))).toBe(
            true,
          );
        }
      }
      expect(survives(name, planted('Trish51 DR SOLOMON'))).toBe(false);
    }
    expect(survives('02186', '{"postalCode":"02186"}')).toBe(true);
    expect(survives('02186', '"a02186b-1"')).toBe(false);
  });
});

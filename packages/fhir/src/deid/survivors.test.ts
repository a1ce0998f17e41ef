import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expectR4 } from '@salus/testing/fhir-r4';
import { readFhirText } from '../read.js';
import { brokenReferences } from '../references.js';
import type { ImportedResource } from '../resource.js';
import { readFhirFile } from '../test-support/read-fhir-file.js';
import { deidentifyCohort } from './cohort.js';
import { profileUnder } from './obligations.js';
import { profileNames } from './profiles.js';
import { bundleOf, deidentifyRecord } from './record.js';

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

/** Ways to write a person where a code or its name should stand. */
const CANARIES: readonly { readonly system: string; readonly code: string }[] = [
  { system: 'http://hl7.org/fhir/sid/ndc', code: '123-45-6789' },
  { system: 'http://hl7.org/fhir/sid/ndc', code: '16175551234' },
  { system: 'http://snomed.info/sct', code: '123456789' },
  { system: 'http://snomed.info/sct', code: '999551842' },
  { system: 'http://loinc.org', code: '4711-1' },
  { system: 'http://hl7.org/fhir/quitzon', code: 'Jane.Quitzon.1961' },
  { system: 'http://hl7.org/fhir/observation-status', code: 'Jane.Quitzon.1961' },
  { system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'Quitzon-Jane' },
  { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'QUITZON' },
  { system: 'http://terminology.hl7.org/CodeSystem/jane-quitzon', code: 'jane' },
  { system: 'http://unitsofmeasure.org', code: '{Quitzon}' },
  { system: 'http://unitsofmeasure.org', code: 'Jane.Quitzon' },
  { system: 'http://nucc.org/provider-taxonomy', code: '1234567893' },
  { system: 'http://hl7.org/fhir/sid/icd-10', code: 'QUITZON' },
  { system: 'http://dicom.nema.org/resources/ontology/DCM', code: 'QUITZON' },
  { system: 'urn:ietf:bcp:47', code: 'jan' },
  { system: 'urn:oid:2.16.840.1.113883.6.238', code: '4711-1' },
  { system: 'urn:ietf:rfc:3986', code: 'urn:oid:1.2.840.10008.19610305123' },
  {
    system: 'http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode',
    code: 'urn:ihe:jane:quitzon',
  },
  { system: 'https://bluebutton.cms.gov/resources/codesystem/x', code: 'QUITZON' },
];
const DISPLAY = 'Glucose of Quitzon, Jane (MRN 4711)';

/** A resource with each Coding preceded by a canary, and a name in every display and status. */
function salted(value: unknown, canary: object): unknown {
  if (Array.isArray(value)) {
    const items = value.map((one) => salted(one, canary));
    const [first] = items as { system?: unknown; code?: unknown }[];
    const isCodings = first?.system !== undefined && first.code !== undefined;
    return isCodings ? [{ ...canary, display: DISPLAY }, ...items] : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      if (name === 'display' || name === 'text') return [name, DISPLAY];
      if (
        ['status', 'intent', 'use', 'mode', 'priority'].includes(name) &&
        typeof item === 'string'
      ) {
        return [name, 'jane-quitzon'];
      }
      return [name, salted(item, canary)];
    }),
  );
}

const OBLIGATIONS = { limited: 'PSEUD', standard: 'DEID', strict: 'ANONY' } as const;

describe.each(profileNames)('a record by itself, under %s', (profile) => {
  const deidentified = (text: string) => {
    const content = { contentType: 'application/fhir+json', bytes: Buffer.from(text) };
    const low = [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'L' }];
    // Of what no more is asked than the profile: the least that a reader could get.
    expect(profileUnder([OBLIGATIONS[profile]], low)).toBe(profile);
    const { bytes } = deidentifyRecord(content, {
      key,
      patient: 'p',
      asOf,
      obligations: [OBLIGATIONS[profile]],
    });
    return Buffer.from(bytes).toString();
  };
  /** Synthea labels nothing; so each record is labelled low, that the profile is the obligation's. */
  const labelledLow = (resource: object) => ({
    ...resource,
    meta: {
      security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'L' }],
    },
  });

  it.each(files.map((file) => [path.basename(file), file]))(
    'tells nothing of the patient of %s, of whom it does not know',
    async (_, file) => {
      const resources = await readFhirFile(file);
      const identifiers = [...identifiersIn(resources)];
      for (const { resource } of resources) {
        const output = deidentified(JSON.stringify(labelledLow(resource)));
        expect(identifiers.filter((identifier) => survives(identifier, output))).toEqual([]);
        if (profile !== 'limited') expect(output).not.toMatch(/\dT\d\d:\d\d/);
        expectR4(JSON.parse(output));
      }
    },
  );

  it('lets no canary through, in any type and at any coding', async () => {
    const [file = ''] = files;
    const byType = new Map(
      (await readFhirFile(file)).map((one) => [one.resource.resourceType, one.resource]),
    );
    expect(byType.size).toBeGreaterThan(15);
    for (const resource of byType.values()) {
      for (const canary of CANARIES) {
        const input = JSON.stringify(salted(labelledLow(resource), canary));
        const output = deidentified(input);
        expect(output).not.toContain(canary.code);
        // A Patient tells which names are looked for: another person's may stay in the name of a code.
        if (resource.resourceType !== 'Patient') expect(output).not.toMatch(/quitzon|4711/i);
      }
    }
  });
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

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { categoryOf, categoryOfContent } from './category.js';
import { readFhirText } from './read.js';
import { brokenReferences, checkReferences, References } from './references.js';
import { readFhirFile } from './test-support/read-fhir-file.js';

const synthea = path.join(__dirname, '../../../test/data/synthea');
const coded = (code: string) => expect.objectContaining({ code }) as Error;
const namesNoPrototype = (value: unknown) =>
  !/"(?:__proto__|constructor|prototype)":/.test(JSON.stringify(value));
const bundle = (...resources: unknown[]) =>
  JSON.stringify({
    resourceType: 'Bundle',
    type: 'collection',
    entry: resources.map((resource) => ({ resource })),
  });

describe('reading FHIR', () => {
  it.each(readdirSync(synthea))('reads %s whole, with no reference broken', async (file) => {
    const resources = await readFhirFile(path.join(synthea, file));
    const whole = JSON.parse(gunzipSync(readFileSync(path.join(synthea, file))).toString()) as {
      entry: { resource: unknown }[];
    };
    expect(resources.map(({ text }) => JSON.parse(text) as unknown)).toEqual(
      whole.entry.map(({ resource }) => resource),
    );
    expect(brokenReferences(resources)).toEqual([]);
  });

  it('keeps the bytes of a resource, precision of numbers and spacing too', () => {
    const own = '{ "resourceType":"Observation", "id":"a", "valueQuantity": {"value": 1.50} }';
    const [resource] = readFhirText(
      ` {"entry":[ {"resource" : ${own} } ], "resourceType":"Bundle"}\n`,
      'x',
    );
    expect(resource?.text).toBe(own);
  });

  it('keeps the bytes of any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue().filter(namesNoPrototype), fc.nat(3), (value, indent) => {
        const own = JSON.stringify({ resourceType: 'Basic', value }, null, indent);
        const [resource] = readFhirText(
          `{"resourceType":"Bundle","entry":[{"resource":${own}}]}`,
          'x',
        );
        expect(resource?.text).toBe(own);
      }),
    );
  });

  it('reads NDJSON and single resources', () => {
    const line = (id: string) => `{"resourceType":"Patient","id":"${id}"}`;
    expect(readFhirText(`${line('a')}\n${line('b')}\n`, 'x').map(({ name }) => name)).toEqual([
      'Patient/a',
      'Patient/b',
    ]);
    expect(readFhirText(line('a'), 'x')).toHaveLength(1);
  });

  it.each([
    ['no JSON', 'hello'],
    ['no object', '[]'],
    ['no resource', '{"a":1}'],
    ['an empty bundle', '{"resourceType":"Bundle","entry":[]}'],
    ['an entry without resource', '{"resourceType":"Bundle","entry":[{}]}'],
    ['an entry that is a number', '{"resourceType":"Bundle","entry":[1]}'],
    ['an id that is none', '{"resourceType":"Patient","id":"a b"}'],
  ])('refuses %s', (_, text) => {
    expect(() => readFhirText(text, 'x')).toThrow(coded('ERR_FHIR_INVALID'));
  });

  it('refuses what is too large', () => {
    const large = { resourceType: 'Basic', text: 'x'.repeat(9 * 1024 * 1024) };
    expect(() => readFhirText(bundle(large), 'x')).toThrow(coded('ERR_TOO_LARGE'));
  });
});

describe('references', () => {
  const observation = (reference: string) => ({
    resourceType: 'Observation',
    id: 'o',
    contained: [{ resourceType: 'Device', id: 'd' }],
    subject: { reference },
  });
  const check = (reference: string) => () =>
    checkReferences(
      readFhirText(bundle({ resourceType: 'Patient', id: 'p' }, observation(reference)), 'x'),
    );

  it.each([
    'Patient/p',
    'Patient/p/_history/2',
    '#d',
    'https://else.example/Patient/1',
    'Group?a=b',
  ])('takes %s', (reference) => {
    expect(check(reference)).not.toThrow();
  });

  it.each(['Patient/q', '#e', 'urn:uuid:0', 'nonsense'])('names %s as broken', (reference) => {
    expect(check(reference)).toThrow(coded('ERR_FHIR_BROKEN_REFERENCE'));
    expect(check(reference)).toThrow(
      `Observation/o (x, entry[1]) refers at subject.reference to ${reference}`,
    );
  });
});

describe('references between entries', () => {
  const entries = (...entry: object[]) =>
    readFhirText(JSON.stringify({ resourceType: 'Bundle', entry }), 'x');
  const observed = (reference: string, id = 'o') => ({
    resourceType: 'Observation',
    id,
    subject: { reference },
  });

  it('resolve by a fullUrl of any scheme: health cards number their entries', () => {
    const card = entries(
      { fullUrl: 'resource:0', resource: { resourceType: 'Patient' } },
      { fullUrl: 'resource:1', resource: observed('resource:0') },
    );
    expect(brokenReferences(card)).toEqual([]);
  });

  it('resolve on the referring resource’s own server', () => {
    const [a, b] = ['https://a.example/fhir', 'https://b.example/fhir'];
    const two = entries(
      { fullUrl: `${a}/Patient/1`, resource: { resourceType: 'Patient', id: '1' } },
      { fullUrl: `${b}/Patient/1`, resource: { resourceType: 'Patient', id: '1', active: true } },
      { fullUrl: `${a}/Observation/o`, resource: observed('Patient/1') },
      { fullUrl: `${b}/Observation/o`, resource: observed('Patient/1/_history/2') },
    );
    expect(brokenReferences(two)).toEqual([]);
    const known = new References(two);
    expect(two.slice(2).map((one) => known.find('Patient/1', one)?.fullUrl)).toEqual([
      `${a}/Patient/1`,
      `${b}/Patient/1`,
    ]);
    // From nowhere it may be either.
    expect(known.find('Patient/1')).toBeUndefined();
    const elsewhere = entries(
      { fullUrl: `${a}/Patient/1`, resource: { resourceType: 'Patient', id: '1' } },
      { fullUrl: `${b}/Observation/o`, resource: observed('Patient/1') },
    );
    expect(brokenReferences(elsewhere)).toHaveLength(1);
  });

  it('resolve inside a Bundle that is an entry itself', () => {
    const inner = {
      resourceType: 'Bundle',
      entry: [
        { fullUrl: 'urn:uuid:p', resource: { resourceType: 'Patient', id: 'p' } },
        { resource: observed('urn:uuid:p') },
        { resource: observed('Patient/p', 'b') },
      ],
    };
    const nested = entries({ resource: inner });
    expect(brokenReferences(nested)).toEqual([]);
    expect(
      brokenReferences(entries({ resource: inner }, { resource: observed('urn:uuid:p') })),
    ).toHaveLength(1);
  });
});

describe('a text that is no FHIR', () => {
  it.each([
    ['{\n "resourceType": "Patient",\n "active": true,\n}', 'it is not JSON at line 4, column 1'],
    [
      '{"resourceType":"Patient"}\n{"resourceType":',
      'x, line 2 is not FHIR: it is not JSON at line 2, column 17',
    ],
    ['[{"resourceType":"Patient"}]', 'x is not FHIR: it is a list'],
    ['{"resourceType":"Patient","id":"a b"}', 'id is no id of FHIR'],
    ['{"id":"a"}', 'resourceType is no type of FHIR'],
  ])('is told where it fails: %s', (text, message) => {
    expect(() => readFhirText(text, 'x')).toThrow(message);
  });

  it('never has its words in the message', () => {
    expect(() => readFhirText('{"family": Quitzon}', 'x')).toThrow(
      expect.objectContaining({
        message: expect.not.stringContaining('Quitzon') as string,
      }) as Error,
    );
  });

  it('may begin with a byte order mark', () => {
    expect(readFhirText('\uFEFF{"resourceType":"Patient","id":"a"}', 'x')).toHaveLength(1);
  });
});

describe('categories', () => {
  it('of a Bundle are those of its Composition, or of all its entries', () => {
    const bundled = (...types: string[]) =>
      categoryOf({
        resourceType: 'Bundle',
        entry: types.map((resourceType) => ({ resource: { resourceType } })),
      });
    expect(bundled('Composition', 'Patient', 'Condition')).toBe('clinical-note');
    expect(bundled('Condition', 'AllergyIntolerance')).toBe('condition');
    expect(bundled('Condition', 'Patient')).toBe('other');
    expect(bundled()).toBe('other');
  });

  it('follow type and category code', () => {
    const observation = (code: string) => ({
      resourceType: 'Observation',
      category: [{ coding: [{ code }] }],
    });
    expect(categoryOf(observation('laboratory'))).toBe('laboratory');
    expect(categoryOf(observation('vital-signs'))).toBe('vital-signs');
    expect(categoryOf(observation('survey'))).toBe('other');
    expect(categoryOf({ resourceType: 'ExplanationOfBenefit' })).toBe('claim');
    expect(categoryOf({ resourceType: 'Basic' })).toBe('other');
  });

  it('follow LOINC where no category is given, and the media type of other content', () => {
    const loinc = (resourceType: string, element: string, code: string) =>
      categoryOf({ resourceType, [element]: { coding: [{ system: 'http://loinc.org', code }] } });
    expect(loinc('Observation', 'code', '8867-4')).toBe('vital-signs');
    expect(loinc('DocumentReference', 'type', '18748-4')).toBe('imaging');
    expect(loinc('DocumentReference', 'type', '0-0')).toBe('clinical-note');
    expect(loinc('DiagnosticReport', 'code', '11506-3')).toBe('clinical-note');
    expect(loinc('Observation', 'code', 'constructor')).toBe('other');
    expect(categoryOf({ resourceType: 'Constructor' })).toBe('other');
    expect(categoryOfContent('application/dicom')).toBe('imaging');
    expect(categoryOfContent('Application/PDF; version=1.7')).toBe('clinical-note');
    expect(categoryOfContent('image/png')).toBe('other');
    for (const name of ['constructor', 'valueOf', '__proto__']) {
      expect(categoryOfContent(name)).toBe('other');
      expect(categoryOf({ resourceType: name })).toBe('other');
    }
  });
});

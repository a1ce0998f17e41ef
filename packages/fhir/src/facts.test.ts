import { readdirSync } from 'node:fs';
import path from 'node:path';
import { authorOf, careTimeOf, careTimeOfAll, episodeOf, linksOf } from './facts.js';
import { readFhirText } from './read.js';
import { readFhirFile } from './test-support/read-fhir-file.js';

const synthea = path.join(__dirname, '../../../test/data/synthea');

describe('the time of care', () => {
  it.each([
    [{ effectiveDateTime: '2026-05-01T10:00:00+02:00' }, { start: '2026-05-01T08:00:00.000Z' }],
    [
      { performedPeriod: { start: '2026-05-01', end: '2026-05-02' } },
      { start: '2026-05-01T00:00:00.000Z', end: '2026-05-02T23:59:59.999Z' },
    ],
    [
      { onsetDateTime: '2026-02', recordedDate: '2026-03-01' },
      { start: '2026-02-01T00:00:00.000Z', end: '2026-02-28T23:59:59.999Z' },
    ],
    [
      { period: { end: '2024' } },
      { start: '2024-01-01T00:00:00.000Z', end: '2024-12-31T23:59:59.999Z' },
    ],
    [
      { issued: '2026-05-01T10:00:00.123456Z', effectiveDateTime: 'soon' },
      { start: '2026-05-01T10:00:00.123Z' },
    ],
    [
      { collection: { collectedDateTime: '2026-05-01T10:00:00Z' } },
      { start: '2026-05-01T10:00:00.000Z' },
    ],
    [{ birthDate: '1970-01-01' }, undefined],
    [{ date: '2026-13-45' }, undefined],
  ])('of %j is %j', (elements, time) => {
    expect(careTimeOf({ resourceType: 'Observation', ...elements })).toEqual(time);
  });

  it('of a bundle reaches from the first to the last', () => {
    const resources = ['2026-05-03', '2026-05-01', '2026-05-02'].map((date) => ({
      resourceType: 'Observation',
      effectiveDateTime: `${date}T00:00:00Z`,
    }));
    const whole = { start: '2026-05-01T00:00:00.000Z', end: '2026-05-03T00:00:00.000Z' };
    expect(careTimeOfAll(resources)).toEqual(whole);
    expect(
      careTimeOf({ resourceType: 'Bundle', entry: resources.map((resource) => ({ resource })) }),
    ).toEqual(whole);
  });
});

describe('author and episode', () => {
  it('are who performed it and the episode of its encounter', () => {
    const encounter = {
      resourceType: 'Encounter',
      id: 'e',
      episodeOfCare: [{ reference: 'EpisodeOfCare/c' }],
    };
    const observation = {
      resourceType: 'Observation',
      performer: [{ reference: 'Organization/o' }, { reference: 'Practitioner/p' }],
      encounter: { reference: 'Encounter/e' },
    };
    expect(authorOf(observation)).toBe('Practitioner/p');
    expect(episodeOf(observation)).toBe('e');
    expect(episodeOf(observation, () => encounter)).toBe('c');
    expect(episodeOf(encounter)).toBe('c');
    expect(authorOf({ resourceType: 'Basic' })).toBeUndefined();
    expect(episodeOf({ resourceType: 'Basic' })).toBeUndefined();
  });

  it('are found for an actor and in a document’s context', () => {
    expect(
      authorOf({
        resourceType: 'Procedure',
        performer: [{ actor: { reference: 'Practitioner/p' } }],
      }),
    ).toBe('Practitioner/p');
    expect(
      episodeOf({
        resourceType: 'DocumentReference',
        context: { encounter: [{ reference: 'urn:uuid:e' }] },
      }),
    ).toBe('e');
  });
});

describe('times of care that cannot be said', () => {
  it.each<[string, object, unknown]>([
    ['.NET’s first day', { effectiveDateTime: '0001-01-01T00:00:00Z' }, undefined],
    [
      'an open end beyond the last year in UTC',
      { period: { start: '2024-01-05', end: '9999-12-31T23:59:59-05:00' } },
      { start: '2024-01-05T00:00:00.000Z' },
    ],
    [
      'a first day and an end',
      { period: { start: '0001-01-01', end: '2024-01-05T10:00:00Z' } },
      { start: '2024-01-05T10:00:00.000Z' },
    ],
    [
      'a first day beside another time',
      { effectiveDateTime: '0001-01-01', issued: '2024-01-05T10:00:00Z' },
      { start: '2024-01-05T10:00:00.000Z' },
    ],
  ])('are left out: %s', (_, resource, expected) => {
    expect(careTimeOf({ resourceType: 'Observation', ...resource })).toEqual(expected);
  });
});

describe('links', () => {
  it.each(readdirSync(synthea))('in %s lead to resources of the import', async (file) => {
    const resources = await readFhirFile(path.join(synthea, file));
    const names = new Set(resources.map(({ name }) => name));
    const links = linksOf(resources);
    for (const [name, list] of links) {
      for (const link of list) {
        expect(names).toContain(link.name);
        expect(link.name).not.toBe(name);
      }
    }
    for (const { name, resource } of resources) {
      if (resource.resourceType !== 'ExplanationOfBenefit') continue;
      expect(links.get(name)).toContainEqual({
        relation: 'derived-from',
        name: expect.stringMatching(/^Claim\//) as string,
      });
    }
  });

  it('tell what the element that refers means', () => {
    const resources = readFhirText(
      JSON.stringify({
        resourceType: 'Bundle',
        entry: [
          { fullUrl: 'urn:uuid:0', resource: { resourceType: 'Observation', id: 'a' } },
          {
            resource: {
              resourceType: 'DocumentReference',
              id: 'b',
              relatesTo: [{ code: 'replaces', target: { reference: 'DocumentReference/c' } }],
              context: { related: [{ reference: 'urn:uuid:0' }] },
            },
          },
          { resource: { resourceType: 'DocumentReference', id: 'c' } },
          {
            resource: {
              resourceType: 'Procedure',
              id: 'd',
              partOf: [{ reference: 'Observation/a/_history/3' }],
              basedOn: [{ reference: 'ServiceRequest/elsewhere' }],
            },
          },
        ],
      }),
      'x',
    );
    const links = linksOf(resources);
    expect(links.get('DocumentReference/b')).toEqual([
      { relation: 'replaces', name: 'DocumentReference/c' },
      { relation: 'context', name: 'Observation/a' },
    ]);
    expect(links.get('Procedure/d')).toEqual([{ relation: 'part-of', name: 'Observation/a' }]);
  });

  it.each(['toString', 'valueOf', 'hasOwnProperty'])(
    'by an element %s, which every object has, give context',
    (element) => {
      const of = {
        resourceType: 'Observation',
        id: 'b',
        [element]: { reference: 'Observation/a' },
      };
      const entry = [{ resource: { resourceType: 'Observation', id: 'a' } }, { resource: of }];
      const resources = readFhirText(JSON.stringify({ resourceType: 'Bundle', entry }), 'x');
      expect(linksOf(resources).get('Observation/b')).toEqual([
        { relation: 'context', name: 'Observation/a' },
      ]);
    },
  );
});

import type { Resource } from '@medplum/fhirtypes';
import { conditionOf, meets } from './conditions.js';

const LAB = 'http://terminology.hl7.org/CodeSystem/observation-category';
const observation = {
  resourceType: 'Observation',
  meta: { security: [{ system: 'urn:confidentiality', code: 'R' }] },
  category: [{ coding: [{ system: LAB, code: 'laboratory' }] }],
  code: { coding: [{ code: 'glucose' }] },
} as unknown as Resource;

describe('the query of a granular scope', () => {
  it.each([
    [`category=${LAB}|laboratory`, true],
    [`category=${encodeURIComponent(`${LAB}|laboratory`)}`, true],
    ['category=laboratory', true],
    [`category=${LAB}|`, true],
    [`category=${LAB}|vital-signs`, false],
    [`category=${LAB}|vital-signs,${LAB}|laboratory`, true],
    ['category=urn:other|laboratory', false],
    ['category=laboratory&category=vital-signs', false],
    ['category=laboratory&code=glucose', true],
    ['category=laboratory&code=potassium', false],
    ['code=|glucose', true],
    ['category=|laboratory', false],
    ['_security=R', true],
    ['_security=N', false],
    ['type=laboratory', false],
  ])('%s is met by a laboratory observation: %s', (query, expected) => {
    const condition = conditionOf(query);
    expect(condition && meets(observation, condition)).toBe(expected);
  });

  it.each(['', 'patient=1', 'category:in=x', 'category=', 'category=a&date=ge2020', '__proto__=a'])(
    'is not judged where it is "%s"',
    (query) => {
      expect(conditionOf(query)).toBeUndefined();
    },
  );

  it.each([{}, { category: 7 }, { category: [null] }, { category: [{ coding: 'x' }] }])(
    'is not met by a resource whose elements are %j',
    (members) => {
      const strange = { resourceType: 'Observation', ...members } as unknown as Resource;
      expect(meets(strange, conditionOf('category=laboratory') ?? [])).toBe(false);
    },
  );
});

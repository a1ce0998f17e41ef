import { coded } from '@salus/testing/coded';
import { identitiesOf } from './identity.js';
import { readFhirText } from './read.js';

const read = (...entry: { resource: object; fullUrl?: string }[]) =>
  readFhirText(JSON.stringify({ resourceType: 'Bundle', entry }), 'x');
const identities = (...entry: { resource: object; fullUrl?: string }[]) =>
  identitiesOf(read(...entry));
const observation = (more: object) => ({ resourceType: 'Observation', ...more });

describe('the identity of a resource', () => {
  it('is its type and ID, on its server where the entry names one', () => {
    const resource = observation({ id: '7' });
    expect(
      identities(
        { resource, fullUrl: 'urn:uuid:7' },
        { resource, fullUrl: 'https://a.example/fhir/Observation/7' },
        { resource: observation({}), fullUrl: 'https://b.example/r4/Observation/7/_history/2' },
        // Of another resource: it says nothing of this one.
        { resource, fullUrl: 'https://c.example/fhir/Patient/7' },
      ),
    ).toEqual([
      'Observation/7',
      'https://a.example/fhir/Observation/7',
      'https://b.example/r4/Observation/7',
      'Observation/7',
    ]);
  });

  it('is a business identifier where it has no ID', () => {
    const identifier = [
      { use: 'old', system: 's', value: 'old' },
      { value: 'nobody says whose' },
      { system: 'urn:lab', value: '4' },
    ];
    expect(identities({ resource: observation({ identifier }) })).toEqual([
      'Observation?identifier=urn:lab|4',
    ]);
  });

  it('is its content where it has neither, whatever its place', () => {
    const [height, potassium] = [
      observation({ valueInteger: 171 }),
      observation({ valueInteger: 6 }),
    ];
    const [a, b] = identities({ resource: height }, { resource: potassium });
    expect(a).not.toBe(b);
    expect(identities({ resource: potassium }, { resource: height })).toEqual([b, a]);
  });

  it('is the content where one identifier is on several: an order has many results', () => {
    const identifier = [{ system: 'urn:order', value: '1' }];
    const both = identities(
      { resource: observation({ identifier, valueInteger: 1 }) },
      { resource: observation({ identifier, valueInteger: 2 }) },
    );
    expect(new Set(both).size).toBe(2);
    expect(both.join()).toMatch(/^Observation#[0-9a-f]{64},Observation#[0-9a-f]{64}$/);
  });

  it('has one content: two under one type and ID are refused, and named', () => {
    const [one, other] = [observation({ id: '7' }), observation({ id: '7', valueInteger: 2 })];
    expect(() => identities({ resource: one }, { resource: other })).toThrow(
      coded('ERR_FHIR_INVALID'),
    );
    expect(() => identities({ resource: one }, { resource: other })).toThrow(
      'x, entry[0] and x, entry[1] are both Observation/7, with two contents',
    );
    expect(identities({ resource: one }, { resource: one })).toEqual([
      'Observation/7',
      'Observation/7',
    ]);
  });
});

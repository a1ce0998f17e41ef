import { readFhirText } from '@salus/fhir';
import { coded } from '@salus/testing/coded';
import { resourceRecords } from './resource-records.js';

const patient = { pseudonym: 'p', kid: 'k', tagKey: 't' };
const desk = { mspId: 'CityHospitalMSP', idSecret: Buffer.alloc(32, 1) };

const described = (...resources: object[]) => {
  const entry = resources.map((resource) => ({ resource }));
  const text = JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry });
  return resourceRecords(readFhirText(text, 'bundle'), patient, desk);
};

const observations = Array.from({ length: 100 }, (_, index) => ({
  resourceType: 'Observation',
  id: `o${index}`,
}));

describe('resources as records', () => {
  it('keep the most telling links where there are more than details hold', () => {
    const targets = observations.map(({ id }) => ({ reference: `Observation/${id}` }));
    const [provenance, report] = described(
      { resourceType: 'Provenance', id: 'all', target: targets },
      { resourceType: 'DiagnosticReport', id: 'r', extension: targets, result: targets.slice(90) },
      ...observations,
    );
    expect(provenance?.links).toHaveLength(64);
    expect(report?.links).toHaveLength(64);
    const telling = report?.links.filter(({ relation }) => relation === 'derived-from');
    expect(telling).toHaveLength(10);
  });

  it('are refused with more labels than a record takes: none is dropped', () => {
    const security = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
        code: `L${index}`,
      }));
    const labelled = (count: number) => ({
      resourceType: 'Observation',
      id: 'o',
      meta: { security: security(count) },
    });
    // One more label, of confidentiality, is derived.
    expect(described(labelled(15))[0]?.labels).toHaveLength(16);
    expect(() => described(labelled(16))).toThrow(coded('ERR_TOO_LARGE'));
  });
});

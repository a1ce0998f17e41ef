import type { DocumentReference } from '@medplum/fhirtypes';
import { patientId } from '@salus/fhir';
import { GatewayWorld } from '../test-support/gateway-world.js';

const V3 = 'http://terminology.hl7.org/CodeSystem/v3-';
const condition = {
  resourceType: 'Condition',
  meta: {
    security: [
      { system: 'http://hl7.org/fhir/v3/Confidentiality', code: 'V' },
      { system: `${V3}ActCode`, code: 'PSY' },
    ],
  },
  code: { coding: [{ system: 'urn:oid:2.16.840.1.113883.6.90', code: 'B20' }] },
};
const composition = { resourceType: 'Composition', status: 'final', title: 'Summary' };

let world: GatewayWorld;
let patient: string;

beforeAll(async () => {
  world = await GatewayWorld.make();
  const wallet = await world.records.patient('clinical-note');
  patient = `Patient/${patientId(wallet.pseudonym)}`;
  await world.parts.index.put({ ...wallet.known, person: { identifiers: [], given: [] } });
});

afterAll(() => world.close());

const labelsOf = async (content: object) => {
  const data = Buffer.from(JSON.stringify(content)).toString('base64');
  const answer = await world.send('physician-1', {
    method: 'POST',
    url: '/fhir/DocumentReference',
    headers: { 'content-type': 'application/fhir+json' },
    payload: JSON.stringify({
      resourceType: 'DocumentReference',
      status: 'current',
      subject: { reference: patient },
      content: [{ attachment: { contentType: 'application/fhir+json', title: 'Summary', data } }],
    }),
  });
  expect(answer.statusCode).toBe(201);
  const { securityLabel = [] } = answer.json<DocumentReference>();
  return securityLabel.flatMap(({ coding = [] }) => coding.map(({ code }) => code)).sort();
};

describe('a document that is FHIR', () => {
  it('has the labels of its parts, which are what the patient denies', async () => {
    const document = {
      resourceType: 'Bundle',
      type: 'document',
      identifier: { system: 'urn:ietf:rfc:3986', value: 'urn:uuid:1' },
      entry: [{ resource: composition }, { resource: condition }],
    };
    expect(await labelsOf(document)).toEqual(['HIV', 'PSY', 'V']);
    const wrapped = { resourceType: 'Bundle', type: 'collection', entry: [{ resource: document }] };
    expect(await labelsOf(wrapped)).toEqual(['HIV', 'PSY', 'V']);
  });

  it('is normal where no part says otherwise', async () => {
    const entry = [{ resource: composition }, { resource: { resourceType: 'Observation' } }];
    expect(await labelsOf({ resourceType: 'Bundle', type: 'document', entry })).toEqual(['N']);
  });
});

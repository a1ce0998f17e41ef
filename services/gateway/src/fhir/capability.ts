import type {
  CapabilityStatement,
  CapabilityStatementRestResource,
  CapabilityStatementRestResourceSearchParam,
} from '@medplum/fhirtypes';

type Interaction = 'create' | 'read' | 'update' | 'search-type';
type Search = Readonly<Record<string, CapabilityStatementRestResourceSearchParam['type']>>;

const R4 = 'http://hl7.org/fhir';

/** What the gateway does with a type of resource. */
function can(
  type: CapabilityStatementRestResource['type'],
  interactions: readonly Interaction[],
  search: Search = {},
  operations: Readonly<Record<string, string>> = {},
): CapabilityStatementRestResource {
  const parameters = Object.entries(search).map(([name, kind]) => ({ name, type: kind }));
  const named = Object.entries(operations).map(([name, definition]) => ({ name, definition }));
  return {
    type,
    interaction: interactions.map((code) => ({ code })),
    versioning: 'versioned',
    ...(parameters.length > 0 && { searchParam: parameters }),
    ...(named.length > 0 && { operation: named }),
  };
}

const resources: CapabilityStatementRestResource[] = [
  can(
    'Patient',
    ['read', 'search-type'],
    { identifier: 'token' },
    {
      match: `${R4}/OperationDefinition/Patient-match`,
      everything: `${R4}/OperationDefinition/Patient-everything`,
    },
  ),
  can('Consent', ['create', 'read', 'update', 'search-type'], {
    patient: 'reference',
    status: 'token',
  }),
  can('DocumentReference', ['create', 'read', 'update', 'search-type'], { patient: 'reference' }),
  can('Binary', ['read']),
  can('AuditEvent', ['search-type'], { patient: 'reference', agent: 'reference' }),
  can('Task', ['read']),
];

/** What the gateway can do (FHIR R4, 5.4). */
export function capabilityStatement(base: string, startedAt: Date): CapabilityStatement {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: startedAt.toISOString(),
    kind: 'instance',
    software: { name: 'Salus gateway' },
    implementation: { description: 'FHIR R4 over a Salus network', url: base },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'json'],
    rest: [
      {
        mode: 'server',
        security: {
          service: [
            {
              coding: [
                {
                  system: 'http://terminology.hl7.org/CodeSystem/restful-security-service',
                  code: 'SMART-on-FHIR',
                },
              ],
            },
          ],
          description: 'Bearer tokens of the hospital; the practitioner is carried to the ledger.',
        },
        resource: resources,
        interaction: [{ code: 'transaction' }],
      },
    ],
  };
}

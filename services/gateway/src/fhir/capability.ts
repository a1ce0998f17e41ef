import type {
  CapabilityStatement,
  CapabilityStatementRestResource,
  CapabilityStatementRestResourceSearchParam,
} from '@medplum/fhirtypes';

type Interaction = 'create' | 'read' | 'vread' | 'update' | 'search-type';
type Versioning = NonNullable<CapabilityStatementRestResource['versioning']>;
type Search = Readonly<Record<string, CapabilityStatementRestResourceSearchParam['type']>>;

const R4 = 'http://hl7.org/fhir';
/** Described in docs/gateway.md. */
const REGISTER = 'urn:salus:operation:patient-register';

/** What the gateway does with a type of resource. */
function can(
  type: CapabilityStatementRestResource['type'],
  interactions: readonly Interaction[],
  search: Search = {},
  {
    versioning = 'no-version',
    operations = {},
  }: {
    readonly versioning?: Versioning;
    readonly operations?: Readonly<Record<string, string>>;
  } = {},
): CapabilityStatementRestResource {
  const parameters = Object.entries(search).map(([name, kind]) => ({ name, type: kind }));
  const named = Object.entries(operations).map(([name, definition]) => ({ name, definition }));
  return {
    type,
    interaction: interactions.map((code) => ({ code })),
    versioning,
    ...(interactions.includes('create') && { conditionalCreate: false }),
    ...(interactions.includes('update') && { conditionalUpdate: false, updateCreate: false }),
    ...(interactions.includes('read') &&
      type !== 'Binary' &&
      type !== 'Task' && { conditionalRead: 'not-match' as const }),
    ...(parameters.length > 0 && { searchParam: parameters }),
    ...(named.length > 0 && { operation: named }),
  };
}

const SEARCHED_BY_PATIENT = { patient: 'reference' } as const;

const resources: CapabilityStatementRestResource[] = [
  can(
    'Patient',
    ['read', 'search-type'],
    { identifier: 'token', _id: 'token' },
    {
      operations: {
        match: `${R4}/OperationDefinition/Patient-match`,
        everything: `${R4}/OperationDefinition/Patient-everything`,
        register: REGISTER,
      },
    },
  ),
  can(
    'Consent',
    ['create', 'read', 'update', 'search-type'],
    { ...SEARCHED_BY_PATIENT, status: 'token' },
    { versioning: 'versioned' },
  ),
  can(
    'DocumentReference',
    ['create', 'read', 'vread', 'update', 'search-type'],
    {
      ...SEARCHED_BY_PATIENT,
      category: 'token',
      period: 'date',
      date: 'date',
      _lastUpdated: 'date',
      custodian: 'reference',
      contenttype: 'token',
    },
    { versioning: 'versioned-update' },
  ),
  can('Binary', ['read']),
  can('AuditEvent', ['search-type'], { ...SEARCHED_BY_PATIENT, agent: 'reference' }),
  can('Task', ['read']),
];

/** What a Bundle becomes. No interaction of R4 is that: neither a transaction nor a batch. */
const IMPORT =
  'POST of a Bundle (transaction, collection or document) to the base imports its resources, each as a record of one patient. The gateway checks the whole Bundle before it writes, and carries it to its end also after a crash. It is not atomic: others may see a part of it in the meantime.';

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
        documentation: IMPORT,
        security: {
          service: [
            {
              coding: [
                {
                  system: 'http://terminology.hl7.org/CodeSystem/restful-security-service',
                  code: 'OAuth',
                },
              ],
            },
          ],
          description: 'Bearer tokens of the hospital; the practitioner is carried to the ledger.',
        },
        resource: resources,
      },
    ],
  };
}

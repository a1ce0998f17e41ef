import type { Patient as FhirPatient } from '@medplum/fhirtypes';
import { patientId, SALUS } from '@salus/fhir';
import type { Patient } from '@salus/protocol/ehr';

/** A patient as the ledger knows it: a pseudonym, and nothing of who it is. */
export function fhirPatient(
  patient: Pick<Patient, 'pseudonym' | 'registeredAt' | 'registeredBy' | 'status'>,
): FhirPatient {
  const { pseudonym, registeredAt, registeredBy, status } = patient;
  return {
    resourceType: 'Patient',
    id: patientId(pseudonym),
    meta: { lastUpdated: registeredAt },
    identifier: [{ use: 'secondary', system: SALUS.pseudonym, value: pseudonym }],
    active: status !== 'DECEASED',
    ...(status === 'DECEASED' && { deceasedBoolean: true }),
    managingOrganization: { identifier: { system: SALUS.mspId, value: registeredBy } },
  };
}

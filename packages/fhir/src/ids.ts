import { SALUS } from './systems.js';

/** FHIR's `id` knows no underscore (FHIR R4, 2.24.0.1), base64url no dot: the one stands for the other. */
export function patientId(pseudonym: string): string {
  return pseudonym.replaceAll('_', '.');
}

/** Undoes {@link patientId}. */
export function pseudonymFromId(id: string): string {
  return id.replaceAll('.', '_');
}

/** A reference as FHIR has it, by place, by identifier or both. */
export interface FhirReference {
  readonly reference?: string;
  readonly type?: string;
  readonly identifier?: { readonly system: string; readonly value: string };
}

export function patientReference(pseudonym: string): FhirReference {
  return {
    reference: `Patient/${patientId(pseudonym)}`,
    type: 'Patient',
    identifier: { system: SALUS.pseudonym, value: pseudonym },
  };
}

const FHIR_ID = /^[A-Za-z0-9\-.]{1,64}$/;

/** To the DocumentReference that stands for a record. */
export function recordReference(recordId: string): FhirReference {
  return {
    ...(FHIR_ID.test(recordId) && { reference: `DocumentReference/${recordId}` }),
    type: 'DocumentReference',
    identifier: { system: SALUS.recordId, value: recordId },
  };
}

export function organisationReference(mspId: string): FhirReference {
  return { type: 'Organization', identifier: { system: SALUS.mspId, value: mspId } };
}

export function practitionerReference(practitioner: string): FhirReference {
  return { type: 'Practitioner', identifier: { system: SALUS.practitioner, value: practitioner } };
}

/** The value of an identifier of one system, of a list of identifiers or one. */
export function identifierIn(
  system: string,
  ...identifiers: readonly unknown[]
): string | undefined {
  for (const identifier of identifiers.flat()) {
    if (typeof identifier !== 'object' || identifier === null) continue;
    const found = identifier as { system?: unknown; value?: unknown };
    if (found.system === system && typeof found.value === 'string') return found.value;
  }
  return undefined;
}

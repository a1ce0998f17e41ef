import { invalid } from '../errors/refusal.js';

/**
 * FHIR's logical IDs know no underscore (R4, 2.24.0.1 id), base64url knows no full stop: a pseudonym is
 * its patient's ID with the one for the other.
 */
export function patientId(pseudonym: string): string {
  return pseudonym.replaceAll('_', '.');
}

/** @throws SalusError `ERR_INVALID_ARGUMENT` for what can't be a pseudonym */
export function pseudonymOf(id: string): string {
  if (/^[A-Za-z0-9.-]{43,64}$/.test(id)) return id.replaceAll('.', '_');
  throw invalid('patient', 'The patient is named by the pseudonym, with "." for "_"');
}

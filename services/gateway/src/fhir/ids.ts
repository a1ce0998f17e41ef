import { invalid } from '../errors/refusal.js';

/**
 * The pseudonym in a Patient's logical ID, which has dots for underscores: undoes `patientId`.
 *
 * @throws SalusError `ERR_INVALID_ARGUMENT` for what can't be one
 */
export function pseudonymOf(id: string): string {
  if (/^[A-Za-z0-9.-]{43,64}$/.test(id)) return id.replaceAll('.', '_');
  throw invalid('patient', 'The patient is named by the pseudonym, with "." for "_"');
}

/**
 * The pseudonym in a reference: `Patient/{id}`, alone or at the gateway's own base, or the ID by itself.
 *
 * @throws SalusError `ERR_INVALID_ARGUMENT`
 */
export function referredPatient(reference: string): string {
  const [, id = reference] = /^(?:https?:\/\/[^?#]*\/)?Patient\/([^/]+)$/.exec(reference) ?? [];
  return pseudonymOf(id);
}

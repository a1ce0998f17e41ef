import { conflict, type NextCategoryKey, ownOf } from '@salus/protocol';
import type { CategoryKey, Patient } from '@salus/protocol/ehr';

/** Categories of a patient with keys at most. */
export const MAX_CATEGORIES = 128;

/**
 * Begins the next epochs of categories: each one more than the present, 1 for a category without a key.
 *
 * @param statement - `jti` of what the patient signed
 * @throws SalusError ERR_CONFLICT
 */
export function rollCategoryKeys<P extends Pick<Patient, 'categoryKeys'>>(
  patient: P,
  next: readonly NextCategoryKey[],
  { at, statement }: { readonly at: string; readonly statement: string },
): P {
  const categoryKeys = new Map<string, CategoryKey>(Object.entries(patient.categoryKeys));
  for (const { categoryTag, epoch, publicKey } of next) {
    const present = epochOf(patient, categoryTag);
    if (epoch !== present + 1) {
      const message = 'The epoch of a category key does not follow the present one';
      throw conflict('epoch', message, String(present + 1), String(epoch));
    }
    if (categoryKeys.get(categoryTag)?.publicKey === publicKey) {
      throw conflict('publicKey', 'A new epoch needs a new key', 'a new key', 'the present one');
    }
    categoryKeys.set(categoryTag, { epoch, publicKey, since: at, statement });
  }
  if (categoryKeys.size > MAX_CATEGORIES) {
    throw conflict('keys', 'Too many categories', `at most ${MAX_CATEGORIES}`, 'more');
  }
  return { ...patient, categoryKeys: Object.fromEntries(categoryKeys) };
}

/** The present epoch of a category; 0 where the patient has no key for it. */
export function epochOf(
  { categoryKeys }: Pick<Patient, 'categoryKeys'>,
  categoryTag: string,
): number {
  return ownOf(categoryKeys, categoryTag)?.epoch ?? 0;
}

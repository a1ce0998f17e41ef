import { conflict, hashOf, SalusError } from '@salus/protocol';
import type { Patient, SealedCategoryKey } from '@salus/protocol/ehr';
import { epochOf } from './category-keys.js';

/** What a grant has to tell of itself to get category keys. */
export interface GranteeTerms {
  readonly decision: 'permit' | 'deny';
  readonly grantee: { readonly mspId?: string | undefined };
  readonly scope: { readonly categoryTags?: readonly string[] | undefined };
  readonly withdrawnAt?: string;
}

/**
 * Demands that sealed keys are the ones that the patient vouches for.
 *
 * @throws SalusError ERR_HASH_MISMATCH, ERR_INVALID_ARGUMENT
 */
export function requireVouched(
  keys: readonly SealedCategoryKey[],
  { pseudonym, keysHash }: { readonly pseudonym: string; readonly keysHash: string },
): void {
  if (hashOf(keys) !== keysHash) {
    throw new SalusError(
      'ERR_HASH_MISMATCH',
      'The category keys are not the ones that the patient has signed for',
      { argument: 'categoryKeys', expected: keysHash, got: hashOf(keys) },
    );
  }
  if (keys.every((key) => key.pseudonym === pseudonym)) return;
  throw new SalusError('ERR_INVALID_ARGUMENT', 'A category key is of another patient', {
    argument: 'categoryKeys',
    expected: 'keys of the patient who signed',
    got: 'one of another',
  });
}

/**
 * Demands that a grant lets an organisation have the key of a category, of an epoch that has begun. What
 * narrower terms it has is between patient and grantee: the patient vouches for the very keys.
 *
 * @throws SalusError ERR_CONFLICT
 */
export function requireEntitled(
  key: SealedCategoryKey,
  { patient, grant, grantee }: Entitlement,
): void {
  const { categoryTag, epoch } = key;
  const present = epochOf(patient, categoryTag);
  if (epoch > present) {
    throw conflict('epoch', 'The epoch has not begun', `at most ${present}`, String(epoch));
  }
  const entitled =
    grant.decision === 'permit' &&
    grant.withdrawnAt === undefined &&
    grant.grantee.mspId === grantee &&
    grant.scope.categoryTags?.includes(categoryTag) === true;
  if (entitled) return;
  const message = 'The grant does not open the category to the organisation, or no longer';
  throw conflict('grantId', message, 'a grant of the category', 'another one');
}

interface Entitlement {
  readonly patient: Pick<Patient, 'categoryKeys'>;
  readonly grant: GranteeTerms;
  readonly grantee: string;
}

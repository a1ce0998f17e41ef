import type { Delegation, DelegateAction } from './patient-statements.js';

/** What a delegate does in the patient's name. */
export interface DelegatedDeed {
  readonly action: DelegateAction;
  /** The categories that it touches; left out, any. */
  readonly categoryTags?: readonly string[] | undefined;
}

/** What a delegation allows, and when. */
export type DelegationTerms = Pick<
  Delegation,
  'actions' | 'categoryTags' | 'notBefore' | 'notAfter'
>;

export type DelegationDefect = 'NOT_YET_VALID' | 'EXPIRED' | 'ACTION' | 'CATEGORIES';

/**
 * Why a delegation does not cover a deed; undefined where it does. The contract takes statements by it, and
 * stores and key services judge them by it again.
 */
export function defectOfDelegation(
  { actions, categoryTags: allowed, notBefore, notAfter }: DelegationTerms,
  { action, categoryTags = [] }: DelegatedDeed,
  at: string,
): DelegationDefect | undefined {
  const now = Date.parse(at);
  if (now < Date.parse(notBefore)) return 'NOT_YET_VALID';
  if (now >= Date.parse(notAfter)) return 'EXPIRED';
  if (!actions.includes(action)) return 'ACTION';
  if (allowed === undefined) return undefined;
  // What names no category touches them all.
  const covers = categoryTags.length > 0 && categoryTags.every((tag) => allowed.includes(tag));
  return covers ? undefined : 'CATEGORIES';
}

import {
  judgeForce,
  SalusError,
  sharerOf,
  type AskingParty,
  type NamedGrant,
} from '@salus/protocol';
import type { OnwardTerms } from '@salus/protocol/ehr';
import { isNamedRole } from './roles.js';

/** Onward shares of one grant at most, so that a grantee can't fill up what decisions read. */
export const MAX_SHARES = 20;

/** What is to be shared on, by whom and when. */
export interface Sharing {
  readonly terms: OnwardTerms;
  readonly sharer: AskingParty;
  readonly at: string;
}

/**
 * Demands that a grantee may share on what it was granted: the grant lets it, is in force, is the caller's,
 * and covers the terms. Where the grant names no role, the caller has one that reads records. Denies are looked at when the share is used.
 *
 * @param grants - the patient's, as their keys let them stand
 * @throws SalusError ERR_FORBIDDEN, ERR_CONFLICT
 */
export function requireShareable(
  { terms, sharer, at }: Sharing,
  grants: readonly NamedGrant[],
): void {
  const grant = grants.find(({ grantId }) => grantId === terms.grantId);
  const named = sharerOf(grant);
  if (grant === undefined || named === undefined || !isMember(named, sharer)) {
    throw new SalusError('ERR_FORBIDDEN', 'Only a grantee who may share onward does so', {
      argument: 'grantId',
      expected: "a grant to the caller's organisation that allows it",
      got: 'another',
    });
  }
  const defect = judgeForce(grant, at);
  if (defect !== undefined) throw wider('a grant in force', defect);
  if (Date.parse(terms.notAfter) > Date.parse(grant.notAfter)) {
    throw wider('an end no later than that of the grant', 'a later one');
  }
  const outside = terms.records?.some((each) => !(grant.scope.records?.includes(each) ?? true));
  if (outside === true) throw wider('records that the grant covers', 'others');
}

function isMember(named: AskingParty, sharer: AskingParty): boolean {
  return (
    named.mspId === sharer.mspId &&
    isNamedRole(named.role, sharer) &&
    (named.practitioner === undefined || named.practitioner === sharer.practitioner)
  );
}

function wider(expected: string, got: string): SalusError {
  const message = 'An onward share stays within the grant that it is of';
  return new SalusError('ERR_CONFLICT', message, { argument: 'grantId', expected, got });
}

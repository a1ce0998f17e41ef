import {
  deniesRequest,
  judgeGrant,
  SalusError,
  sharerOf,
  type AskingParty,
  type NamedGrant,
} from '@salus/chaincode-common';
import type { OnwardTerms } from '../api.js';

/** Onward shares of one grant at most, so that a grantee can't fill up what decisions read. */
export const MAX_SHARES = 20;

/** What is to be shared on, by whom and when. */
export interface Sharing {
  readonly terms: OnwardTerms;
  readonly sharer: AskingParty;
  readonly at: string;
}

/**
 * Demands that a grantee may share on what it was granted: the grant lets it, holds, is the caller's, and
 * covers the terms.
 *
 * @param grants - the patient's, as their keys let them stand
 * @throws SalusError ERR_NOT_FOUND, ERR_FORBIDDEN, ERR_CONFLICT
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
  const [recordId] = terms.records ?? grant.scope.records ?? [''];
  // Every criterion but those of time is met: what is left of the rule is whether the grant holds.
  const asked = {
    record: {
      recordId: recordId ?? '',
      categoryTag: grant.scope.categoryTags?.[0] ?? '',
      labelTags: [],
    },
    requester: sharer,
    purpose: grant.purposes?.[0] ?? 'TREAT',
    at,
  };
  const defect = judgeGrant(asked, grant);
  if (defect !== undefined) throw wider(`a grant that holds and covers the records`, defect);
  if (grants.some((each) => deniesRequest(asked, each))) {
    throw wider('a grantee who is not denied', 'DENIED_BY_PATIENT');
  }
  if (Date.parse(terms.notAfter) > Date.parse(grant.notAfter)) {
    throw wider('an end no later than that of the grant', 'a later one');
  }
  const outside = terms.records?.some((each) => !(grant.scope.records?.includes(each) ?? true));
  if (outside === true) throw wider('records that the grant covers', 'others');
}

function isMember(named: AskingParty, sharer: AskingParty): boolean {
  return (
    named.mspId === sharer.mspId &&
    (named.role === undefined || named.role === sharer.role) &&
    (named.practitioner === undefined || named.practitioner === sharer.practitioner)
  );
}

function wider(expected: string, got: string): SalusError {
  const message = 'An onward share stays within the grant that it is of';
  return new SalusError('ERR_CONFLICT', message, { argument: 'grantId', expected, got });
}

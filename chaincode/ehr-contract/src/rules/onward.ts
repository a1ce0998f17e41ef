import {
  deniesAllOf,
  isNamedRole,
  judgeForce,
  judgeSharer,
  requestedPurpose,
  SalusError,
  type AskedRecord,
  type NamedGrant,
  type PurposeOfUse,
  type Sharer,
} from '@salus/protocol';
import type { OnwardTerms } from '@salus/protocol/ehr';

/** Onward shares of one grant at most, so that a grantee can't fill up what decisions read. */
export const MAX_SHARES = 20;

/** What is to be shared on, by whom and when. */
export interface Sharing {
  readonly terms: OnwardTerms;
  readonly sharer: Sharer;
  readonly at: string;
  /** The records that the terms name, with their other versions. */
  readonly records: readonly AskedRecord[];
}

/**
 * Demands that a grantee may share on what it was granted. The grant lets it, is in force, and is the caller's
 * by role and practitioner. It ends no earlier than the share. The caller could read what is shared: each
 * record that is named for one of the grant's purposes, else something that the grant covers.
 *
 * @param grants - the patient's, as their keys let them stand
 * @throws SalusError ERR_FORBIDDEN, ERR_CONFLICT
 */
export function requireShareable(
  { terms, sharer, at, records }: Sharing,
  grants: readonly NamedGrant[],
): void {
  const grant = grants.find(({ grantId }) => grantId === terms.grantId);
  if (grant === undefined || !isSharer(grant, sharer)) {
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
  const purposes: readonly PurposeOfUse[] = grant.purposes ?? requestedPurpose.options;
  for (const record of records) {
    const defects = purposes.map((purpose) =>
      judgeSharer({ record, requester: sharer, purpose, at }, sharer, grant, grants),
    );
    if (defects.includes('SHARER_DENIED') && !defects.includes(undefined)) throw denied();
    if (!defects.includes(undefined)) throw wider('records that the grant covers', 'others');
  }
  const isKeptFromAll = purposes.every((purpose) =>
    grants.some((deny) => deniesAllOf(grant.scope, { requester: sharer, purpose, at }, deny)),
  );
  if (isKeptFromAll) throw denied();
}

function isSharer({ onward, grantee }: NamedGrant, sharer: Sharer): boolean {
  return (
    onward === true &&
    grantee.mspId === sharer.mspId &&
    isNamedRole(grantee.role, sharer) &&
    (grantee.practitioner === undefined || grantee.practitioner === sharer.practitioner)
  );
}

function denied(): SalusError {
  return new SalusError('ERR_FORBIDDEN', 'The patient denies the caller what is to be shared', {
    argument: 'records',
    expected: 'what the caller may read',
    got: 'what a deny closes to the caller',
  });
}

function wider(expected: string, got: string): SalusError {
  const message = 'An onward share stays within the grant that it is of';
  return new SalusError('ERR_CONFLICT', message, { argument: 'grantId', expected, got });
}

import type { AccessGrant } from './access-grant.js';
import { deniesRequest } from './deny.js';
import {
  GRANT_DEFECTS,
  judgeGrant,
  type AskingParty,
  type GrantDefect,
  type GrantRequest,
  type JudgedGrant,
} from './grant.js';
import { isNamedRole } from './reading-roles.js';

/** What the grantee of a permit with `onward` has shared on, as it is judged. */
export interface JudgedShare {
  readonly shareId: string;
  /** The permit. */
  readonly grantId: string;
  readonly grantee: Pick<AccessGrant['grantee'], 'role' | 'practitioner'> & {
    readonly mspId: string;
  };
  readonly records?: readonly string[] | undefined;
  /** Who shared it. */
  readonly sharedBy: Sharer;
  readonly sharedAt: string;
  readonly notAfter: string;
  readonly withdrawnAt?: string;
}

/** Staff of a grantee who shares on. */
export type Sharer = Pick<AskingParty, 'mspId' | 'role' | 'practitioner'>;

/** The permit that a share is of. */
export type ShareableGrant = JudgedGrant & Pick<AccessGrant, 'onward'>;

/**
 * Why an onward share doesn't permit a request; undefined where it does. It permits within the grant
 * that it is of, as long as that one holds for who shared it: the very person could read the record.
 *
 * @param grant - undefined where the ledger has it no more
 * @param all - the patient's grants, among which the denies are
 */
export function judgeShare(
  request: GrantRequest,
  share: JudgedShare,
  grant: ShareableGrant | undefined,
  all: readonly JudgedGrant[],
): GrantDefect | undefined {
  if (grant?.onward !== true) return 'NO_GRANT';
  return closestOf([
    judgeGrant(request, asPermit(share)),
    judgeSharer(request, share.sharedBy, grant, all),
  ]);
}

/**
 * Why somebody may not share on what a permit opens; undefined where that one may: who could read it for the
 * same purpose, by a role of readers or the one that the permit names.
 */
export function judgeSharer(
  request: GrantRequest,
  { mspId, role, practitioner }: Sharer,
  grant: ShareableGrant,
  all: readonly JudgedGrant[],
): GrantDefect | undefined {
  const requester: AskingParty = {
    mspId,
    ...(role !== undefined && { role }),
    ...(practitioner !== undefined && { practitioner }),
  };
  const asSharer = { ...request, requester };
  return closestOf([
    judgeGrant(asSharer, grant),
    isNamedRole(grant.grantee.role, requester) ? undefined : 'ROLE_NOT_COVERED',
    all.some((each) => deniesRequest(asSharer, each)) ? 'SHARER_DENIED' : undefined,
  ]);
}

function closestOf(defects: readonly (GrantDefect | undefined)[]): GrantDefect | undefined {
  return GRANT_DEFECTS.find((defect) => defects.includes(defect));
}

/** The share by itself; all that it doesn't say, the grant does. */
function asPermit({ grantee, records, sharedAt, notAfter, withdrawnAt }: JudgedShare): JudgedGrant {
  return {
    decision: 'permit',
    grantee,
    scope: records === undefined ? {} : { records: [...records] },
    notBefore: sharedAt,
    notAfter,
    ...(withdrawnAt !== undefined && { withdrawnAt }),
  };
}

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

/** What the grantee of a permit with `onward` has shared on, as it is judged. */
export interface JudgedShare {
  readonly shareId: string;
  /** The permit. */
  readonly grantId: string;
  readonly grantee: Pick<AccessGrant['grantee'], 'role' | 'practitioner'> & {
    readonly mspId: string;
  };
  readonly records?: readonly string[] | undefined;
  readonly sharedAt: string;
  readonly notAfter: string;
  readonly withdrawnAt?: string;
}

/** The permit that a share is of. */
export type ShareableGrant = JudgedGrant & Pick<AccessGrant, 'onward'>;

/**
 * Why an onward share doesn't permit a request; undefined where it does. It permits within the grant
 * that it is of, as long as that one holds and its grantee is not denied the same.
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
  const sharer = sharerOf(grant);
  if (grant === undefined || sharer === undefined) return 'NO_GRANT';
  const asSharer = { ...request, requester: sharer };
  const defects = [
    judgeGrant(request, asPermit(share)),
    judgeGrant(asSharer, grant),
    all.some((each) => deniesRequest(asSharer, each)) ? ('SHARER_DENIED' as const) : undefined,
  ];
  return GRANT_DEFECTS.find((defect) => defects.includes(defect));
}

/** Whom a grant lets share on: staff of its organisation as it names them; nobody where it doesn't. */
export function sharerOf(grant: ShareableGrant | undefined): AskingParty | undefined {
  if (grant?.onward !== true || grant.grantee.mspId === undefined) return undefined;
  const { mspId, role, practitioner } = grant.grantee;
  return {
    mspId,
    ...(role !== undefined && { role }),
    ...(practitioner !== undefined && { practitioner }),
  };
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

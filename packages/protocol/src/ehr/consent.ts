import { z } from 'zod';
import { distinctArray, identifier, mspId, pseudonym, statementText, time } from '../base/forms.js';
import type { Page } from '../base/page.js';
import { grantee, type AccessGrant } from '../consent/access-grant.js';
import { nextCategoryKeys } from '../consent/patient-statements.js';
import type { Sharer } from '../consent/share.js';
import { grantId } from './forms.js';
import { paged } from './paging.js';

/** Consent: what the patient's key has signed, whoever relays it, and what grantees share on. */

/** Body of `ConsentWithdrawal.v1`. */
export const consentWithdrawal = z.strictObject({
  pseudonym,
  grant: grantId,
  /** Begins the next epoch of these categories, so that later records don't open for who held the last. */
  nextKeys: nextCategoryKeys.optional(),
});
export type ConsentWithdrawal = z.infer<typeof consentWithdrawal>;

export const statementRequest = z.strictObject({ statement: statementText });
export type StatementRequest = z.infer<typeof statementRequest>;

export interface Grant extends AccessGrant {
  readonly grantId: string;
  /** `kid` of the key that signed. */
  readonly kid: string;
  /** ID of the delegation that a delegate signed it under. Grants of release 0.1.0 do not have it. */
  readonly delegateId?: string;
  readonly grantedAt: string;
  readonly withdrawnAt?: string;
  /** `kid` of the key that signed the withdrawal. */
  readonly withdrawnBy?: string;
  /** ID of the delegation that a delegate withdrew it under. */
  readonly withdrawnUnder?: string;
}

/** A grant with what the patient signed, so that a store or key service can verify it itself. */
export interface SignedGrant extends Grant {
  readonly statement: string;
}

/** What a grantee shared on of a grant that allows it: no wider than that one, and no longer. */
export const onwardTerms = z.strictObject({
  pseudonym,
  /** The patient's grant. */
  grantId: z.uuid(),
  grantee: z.strictObject({
    mspId,
    role: grantee.shape.role,
    practitioner: grantee.shape.practitioner,
  }),
  /** All that the grant covers where left out. */
  records: distinctArray(identifier, 100).optional(),
  notAfter: time,
});
export type OnwardTerms = z.infer<typeof onwardTerms>;

export interface OnwardShare extends OnwardTerms {
  /** ID of its transaction. */
  readonly shareId: string;
  /** Who shared it, by the certificate of its transaction. */
  readonly sharedBy: Sharer;
  readonly sharedAt: string;
  readonly withdrawnAt?: string;
  /** `kid` of the key that signed the withdrawal. */
  readonly withdrawnBy?: string;
  /** ID of the delegation that a delegate withdrew it under. */
  readonly withdrawnUnder?: string;
}

export interface Withdrawn {
  readonly pseudonym: string;
  readonly grantId: string;
  readonly withdrawnAt: string;
  /** False where the withdrawal came before its grant, which it now keeps out. */
  readonly granted: boolean;
}

export const getGrantRequest = z.strictObject({ pseudonym, grantId });
export type GetGrantRequest = z.infer<typeof getGrantRequest>;

export const listGrantsRequest = z.strictObject({ pseudonym, ...paged });
export type ListGrantsRequest = z.infer<typeof listGrantsRequest>;

export const archiveGrantsRequest = z.strictObject({ pseudonym });
export type ArchiveGrantsRequest = z.infer<typeof archiveGrantsRequest>;

export interface GrantsArchived {
  readonly grantIds: readonly string[];
}

/** The transactions on consent by name. */
export interface ConsentTransactions {
  readonly grantAccess: { request: StatementRequest; response: Grant };
  readonly withdrawConsent: { request: StatementRequest; response: Withdrawn };
  readonly shareOnward: { request: OnwardTerms; response: OnwardShare };
  readonly archiveGrants: { request: ArchiveGrantsRequest; response: GrantsArchived };
  /** An onward share is found by its own ID, see `listGrants`. */
  readonly getGrant: { request: GetGrantRequest; response: SignedGrant };
  readonly getShare: { request: GetGrantRequest; response: OnwardShare };
  /** Grants in force or over; a share tells itself by its `shareId`. */
  readonly listGrants: { request: ListGrantsRequest; response: Page<SignedGrant | OnwardShare> };
}

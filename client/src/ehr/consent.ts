import { MAX_PAGE_SIZE } from '@salus/protocol';
import type { OnwardShare, SignedGrant } from '@salus/protocol/ehr';
import { allResults } from '../transaction/pages.js';
import type { EhrCalls, Query, Relay, Submit } from './calls.js';

/** What patients permit and deny. */
export interface ConsentCalls {
  /** Relays a patient's grant or deny rule (`AccessGrant.v1`). */
  readonly grantAccess: Relay<'grantAccess'>;
  /**
   * Relays a patient's withdrawal (`ConsentWithdrawal.v1`); it holds even when it comes before its
   * grant. That of a whole category brings the next epoch's key along.
   */
  readonly withdrawConsent: Relay<'withdrawConsent'>;
  /**
   * Passes on what the patient allowed to pass on: by an organisation whose grant says `onward`, never
   * wider than that grant.
   */
  readonly shareOnward: Submit<'shareOnward'>;
  /** Takes grants that are over out of the way of decisions. */
  archiveGrants(pseudonym: string): ReturnType<Submit<'archiveGrants'>>;
  /** A grant with what the patient signed. */
  readonly getGrant: Query<'getGrant'>;
  /** An onward share by its own ID, as `grantId`. */
  readonly getShare: Query<'getShare'>;
  /** One page of a patient's grants, deny rules and onward shares; also those that have ended. */
  readonly listGrants: Query<'listGrants'>;
  /** All of them, page after page. */
  grants(pseudonym: string): AsyncIterable<SignedGrant | OnwardShare>;
}

export function consentCalls({ submits, relays, queries, contract }: EhrCalls): ConsentCalls {
  const listGrants = queries('listGrants');
  return {
    grantAccess: relays('grantAccess'),
    withdrawConsent: relays('withdrawConsent'),
    shareOnward: submits('shareOnward'),
    archiveGrants: (pseudonym) => contract.submit('archiveGrants', { pseudonym }),
    getGrant: queries('getGrant'),
    getShare: queries('getShare'),
    listGrants,
    grants: (pseudonym) =>
      allResults((bookmark) => listGrants({ pseudonym, pageSize: MAX_PAGE_SIZE, bookmark })),
  };
}

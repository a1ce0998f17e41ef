import { TRANSIENT, type SealedCategoryKey } from '@salus/protocol/ehr';
import { eventually } from '../transaction/eventually.js';
import type { FacadeOptions, Receipt } from '../transaction/typed-contract.js';
import type { AnswerOf, EhrCalls, Query, Relay } from './calls.js';

/** Categories' key pairs: public halves of everybody's to see, private halves for who holds a grant. */
export interface CategoryKeyCalls {
  /** Brings the public halves of categories' next epochs (`CategoryKeys.v1`). */
  readonly setCategoryKeys: Relay<'setCategoryKeys'>;
  /**
   * Hands a grantee's organisation the private halves, sealed to it. They travel as transient data to
   * that organisation's peers and stay in its own collection.
   *
   * @param statement - `CategoryKeyDeposit.v1`, by which the patient vouches for them
   * @param mspId - the grantee's organisation
   */
  depositCategoryKeys(
    statement: string,
    mspId: string,
    keys: readonly SealedCategoryKey[],
    options?: FacadeOptions,
  ): Promise<Receipt<AnswerOf<'depositCategoryKeys'>>>;
  /** Private halves of all epochs, sealed to the own organisation; its own peers alone answer. */
  readonly readCategoryKeys: Query<'readCategoryKeys'>;
}

export function categoryKeyCalls({ relays, contract, home }: EhrCalls): CategoryKeyCalls {
  return {
    setCategoryKeys: relays('setCategoryKeys'),
    depositCategoryKeys: (statement, mspId, keys, options = {}) =>
      // The grantee's peer alone endorses, and may get the block with the grant a moment later than others.
      eventually(() =>
        contract.submit(
          'depositCategoryKeys',
          { statement },
          {
            ...options,
            endorsingOrganizations: [mspId],
            transient: { [TRANSIENT.categoryKeys]: JSON.stringify(keys) },
          },
        ),
      ),
    readCategoryKeys: (request) =>
      contract.evaluate('readCategoryKeys', request, { endorsingOrganizations: [home] }),
  };
}

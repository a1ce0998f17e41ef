import { MAX_PAGE_SIZE } from '@salus/protocol';
import type { Emergency } from '@salus/protocol/ehr';
import { allResults } from '../transaction/pages.js';
import type { AnswerOf, EhrCalls, Query, Submit } from './calls.js';

/** Emergency access: the custodians' key, its use for one record, and the review of each use. */
export interface BreakGlassCalls {
  /** Begins the ceremony of a custodians' key; role custodian. */
  readonly proposeCustodianKey: Submit<'proposeCustodianKey'>;
  readonly commitDealing: Submit<'commitDealing'>;
  readonly revealDealing: Submit<'revealDealing'>;
  readonly confirmCustodianKey: Submit<'confirmCustodianKey'>;
  /** Fails a ceremony that is going on, or retires a key. */
  readonly endCustodianKey: Submit<'endCustodianKey'>;
  getCustodianKey(keyId: string): Promise<AnswerOf<'getCustodianKey'>>;
  readonly listCustodianKeys: Query<'listCustodianKeys'>;
  /** Opens one record in an emergency, without a grant: the decision is logged, and reviewed. */
  readonly breakGlass: Submit<'breakGlass'>;
  /** Puts the hash of a custodian's answer on the ledger. */
  readonly answerEmergency: Submit<'answerEmergency'>;
  /** Records the review by a privacy officer of another organisation. */
  readonly reviewEmergency: Submit<'reviewEmergency'>;
  /** Escalates a review that is overdue. */
  readonly escalateEmergency: Submit<'escalateEmergency'>;
  readonly getEmergency: Query<'getEmergency'>;
  readonly listEmergencies: Query<'listEmergencies'>;
  /** All emergencies of a patient, or all whose review is open or overdue. */
  emergencies(
    of: { readonly pseudonym: string } | { readonly review: 'open' | 'overdue' },
  ): AsyncIterable<Emergency>;
}

export function breakGlassCalls({ submits, queries, contract }: EhrCalls): BreakGlassCalls {
  const listEmergencies = queries('listEmergencies');
  return {
    proposeCustodianKey: submits('proposeCustodianKey'),
    commitDealing: submits('commitDealing'),
    revealDealing: submits('revealDealing'),
    confirmCustodianKey: submits('confirmCustodianKey'),
    endCustodianKey: submits('endCustodianKey'),
    getCustodianKey: (keyId) => contract.evaluate('getCustodianKey', { keyId }),
    listCustodianKeys: queries('listCustodianKeys'),
    breakGlass: submits('breakGlass'),
    answerEmergency: submits('answerEmergency'),
    reviewEmergency: submits('reviewEmergency'),
    escalateEmergency: submits('escalateEmergency'),
    getEmergency: queries('getEmergency'),
    listEmergencies,
    emergencies: (of) =>
      allResults((bookmark) => listEmergencies({ ...of, pageSize: MAX_PAGE_SIZE, bookmark })),
  };
}

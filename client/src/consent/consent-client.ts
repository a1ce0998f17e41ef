import { SalusError } from '@salus/protocol';
import type {
  AuditEntry,
  Decision,
  OnwardShare,
  RequestAccessRequest,
  SignedGrant,
} from '@salus/protocol/ehr';
import type { WalletAsk } from '@salus/wallet';
import type { EhrClient } from '../ehr/ehr-client.js';
import { evaluateNow } from '../ehr/evaluate-now.js';
import { askWallet, type WalletInvitation } from '../wallet/wallet-client.js';

/** The terms of a grant that a patient is asked for. */
export type ConsentWish = Omit<Extract<WalletAsk, { readonly type: 'grant' }>, 'type'>;

/** A grant or withdrawal that is on the ledger. */
export interface ConsentReceipt {
  readonly grantId: string;
  readonly transactionId: string;
}

type ConsentLedger = Pick<
  EhrClient,
  'grantAccess' | 'withdrawConsent' | 'depositCategoryKeys' | 'grants' | 'audit' | 'evaluateAccess'
>;

/**
 * What patients permit and deny: ask for it, bring it to the ledger, list it.
 *
 * Every method throws a SalusError: those of the ehr contract, for statements also
 * `ERR_STATEMENT_INVALID`, `ERR_STATEMENT_EXPIRED` and `ERR_STATEMENT_REPLAYED`.
 */
export class ConsentClient {
  readonly #ehr: ConsentLedger;

  constructor(ehr: ConsentLedger) {
    this.#ehr = ehr;
  }

  /**
   * Asks a patient's wallet for a grant, waits for the patient, and brings the grant to the ledger. A
   * grant of whole categories also hands the grantee the categories' keys.
   *
   * @throws SalusError `ERR_APPROVAL_NEEDED` where the patient refuses or does not answer in time
   * @example
   * const { grantId } = await client.consent.ask(invitation, {
   *   grantee: { mspId: 'ValleyHospitalMSP', role: 'physician' }, records: [recordId], days: 30,
   * });
   */
  async ask(wallet: WalletInvitation, wish: ConsentWish): Promise<ConsentReceipt> {
    const answer = await askWallet(wallet, { type: 'grant', ...wish });
    const { statement, grantId, deposits = [] } = answer;
    if (statement === undefined || grantId === undefined) {
      throw new SalusError('ERR_APPROVAL_NEEDED', 'The wallet sent no grant', {
        argument: 'wallet',
        expected: 'a signed grant',
      });
    }
    const { transactionId } = await this.#ehr.grantAccess(statement);
    for (const one of deposits) {
      await this.#ehr.depositCategoryKeys(one.statement, one.grantee, one.keys);
    }
    return { grantId, transactionId };
  }

  /**
   * Brings a grant or deny rule that a patient has signed (`AccessGrant.v1`) to the ledger.
   *
   * @example
   * await client.consent.grant(statement);
   */
  grant(statement: string): ReturnType<EhrClient['grantAccess']> {
    return this.#ehr.grantAccess(statement);
  }

  /**
   * Brings a patient's withdrawal (`ConsentWithdrawal.v1`) to the ledger.
   *
   * @example
   * await client.consent.withdraw(statement);
   */
  withdraw(statement: string): ReturnType<EhrClient['withdrawConsent']> {
    return this.#ehr.withdrawConsent(statement);
  }

  /**
   * Lists a patient's grants, deny rules and onward shares, also those that have ended.
   *
   * @example
   * for await (const grant of client.consent.list(pseudonym)) console.log(grant);
   */
  list(pseudonym: string): AsyncIterable<SignedGrant | OnwardShare> {
    return this.#ehr.grants(pseudonym);
  }

  /**
   * Asks whether the caller may read a record now. The question is not logged and opens nothing.
   *
   * @example
   * const { permitted, reason } = await client.consent.check({ pseudonym, recordId, purpose: 'TREAT' });
   */
  check(wish: Pick<RequestAccessRequest, 'pseudonym' | 'recordId' | 'purpose'>): Promise<Decision> {
    return evaluateNow(this.#ehr, wish);
  }

  /**
   * Lists what happened to a patient's data, in order of time: decisions, denials, grants, emergencies.
   *
   * @example
   * for await (const entry of client.consent.audit(pseudonym)) console.log(entry);
   */
  audit(pseudonym: string): AsyncIterable<AuditEntry> {
    return this.#ehr.audit(pseudonym);
  }
}

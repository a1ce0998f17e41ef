import { MAX_PAGE_SIZE } from '@salus/protocol';
import {
  TRANSIENT,
  type HealthRecord,
  type RecordAnchor,
  type RecordDeposit,
  type RecordKeys,
} from '@salus/protocol/ehr';
import { allResults, type PageOptions } from '../transaction/pages.js';
import type { FacadeOptions, Receipt } from '../transaction/typed-contract.js';
import type { AnswerOf, EhrCalls, Query } from './calls.js';

/** Records: public anchors, and what only the hospitals that care for the patient may know. */
export interface RecordCalls {
  /**
   * Puts the hashes of stored records on the ledger, up to 500 in one transaction. By the hospital
   * that becomes their custodian.
   */
  registerRecords(
    records: readonly RecordAnchor[],
    options?: FacadeOptions,
  ): Promise<Receipt<AnswerOf<'registerRecords'>>>;
  /**
   * Gives the hospitals that care for the patient details and sealed keys of registered records. They
   * travel as transient data, to the own organisation's peers unless others are named.
   *
   * @throws SalusError `ERR_HASH_MISMATCH` when the details aren't the ones registered
   */
  depositDetails(
    deposits: readonly RecordDeposit[],
    options?: FacadeOptions,
  ): Promise<Receipt<AnswerOf<'depositDetails'>>>;
  /** Replaces the sealed keys of records. By their custodian, e.g. when a category's epoch advances. */
  replaceKeys(
    keys: readonly RecordKeys[],
    options?: FacadeOptions,
  ): Promise<Receipt<AnswerOf<'replaceKeys'>>>;
  /** Details and sealed keys of a record: answered to members of the hospitals' collection only. */
  readonly readDetails: Query<'readDetails'>;
  readonly getRecord: Query<'getRecord'>;
  /** One page of a patient's records. */
  listRecords(pseudonym: string, options?: PageOptions): Promise<AnswerOf<'listRecords'>>;
  /**
   * All records of a patient, page after page.
   *
   * @example
   * for await (const record of client.ehr.records(pseudonym)) console.log(record.recordId);
   */
  records(pseudonym: string): AsyncIterable<HealthRecord>;
}

export function recordCalls({ contract, home, queries }: EhrCalls): RecordCalls {
  const atHome = (options: FacadeOptions, name: string, value: unknown) => ({
    endorsingOrganizations: [home],
    ...options,
    transient: { [name]: JSON.stringify(value) },
  });
  const listRecords: RecordCalls['listRecords'] = (pseudonym, options = {}) =>
    contract.evaluate('listRecords', { pseudonym, pageSize: MAX_PAGE_SIZE, ...options });
  return {
    registerRecords: (records, options) =>
      contract.submit('registerRecords', { records: [...records] }, options),
    depositDetails: (deposits, options = {}) =>
      contract.submit('depositDetails', {}, atHome(options, TRANSIENT.details, deposits)),
    replaceKeys: (keys, options = {}) =>
      contract.submit('replaceKeys', {}, atHome(options, TRANSIENT.keys, keys)),
    readDetails: queries('readDetails'),
    getRecord: queries('getRecord'),
    listRecords,
    records: (pseudonym) => allResults((bookmark) => listRecords(pseudonym, { bookmark })),
  };
}

import { MAX_PAGE_SIZE } from '@salus/protocol';
import {
  TRANSIENT,
  type HealthRecord,
  type RecordAnchor,
  type RecordDeposit,
  type RecordKeys,
} from '@salus/protocol/ehr';
import { eventually } from '../transaction/eventually.js';
import { allResults, type PageOptions } from '../transaction/pages.js';
import type { FacadeOptions, Receipt } from '../transaction/typed-contract.js';
import type { AnswerOf, EhrCalls, Query } from './calls.js';

/** Records: public anchors, and what only their custodian and the organisations with consent may know. */
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
   * Gives the own organisation's peers details and sealed keys of records that it registered. They travel
   * as transient data.
   *
   * @throws SalusError `ERR_HASH_MISMATCH` when the details aren't the ones registered
   */
  depositDetails(
    deposits: readonly RecordDeposit[],
    options?: FacadeOptions,
  ): Promise<Receipt<AnswerOf<'depositDetails'>>>;
  /**
   * Hands another organisation's peers a copy of details and sealed keys. By the custodian, of records that
   * a permit in force opens to that organisation. The custodian's key service does so by itself.
   *
   * @param holder - MSP ID
   * @throws SalusError `ERR_CONFLICT` without such a permit
   */
  shareDetails(
    holder: string,
    deposits: readonly RecordDeposit[],
    options?: FacadeOptions,
  ): Promise<Receipt<AnswerOf<'shareDetails'>>>;
  /** Which organisations are to get or to lose a copy of records' details. */
  readonly listCopies: Query<'listCopies'>;
  /** Replaces the sealed keys of records. By their custodian, e.g. when a category's epoch advances. */
  replaceKeys(
    keys: readonly RecordKeys[],
    options?: FacadeOptions,
  ): Promise<Receipt<AnswerOf<'replaceKeys'>>>;
  /**
   * Details and sealed keys of a record, by the own organisation's peers: of its own records, and of those
   * whose custodian has shared them.
   */
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
    shareDetails: (holder, deposits, options = {}) =>
      // The holder's peer alone endorses, and may get the block with the permit a moment later than others.
      eventually(
        () =>
          contract.submit(
            'shareDetails',
            { holder },
            {
              ...options,
              endorsingOrganizations: [holder],
              transient: { [TRANSIENT.details]: JSON.stringify(deposits) },
            },
          ),
        { codes: ['ERR_NOT_FOUND', 'ERR_CONFLICT'] },
      ),
    listCopies: queries('listCopies'),
    replaceKeys: (keys, options = {}) =>
      contract.submit('replaceKeys', {}, atHome(options, TRANSIENT.keys, keys)),
    readDetails: (request) =>
      contract.evaluate('readDetails', request, { endorsingOrganizations: [home] }),
    getRecord: queries('getRecord'),
    listRecords,
    records: (pseudonym) => allResults((bookmark) => listRecords(pseudonym, { bookmark })),
  };
}

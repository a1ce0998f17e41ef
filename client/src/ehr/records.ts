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
   * as transient data. By a role that registers records; the first keys stand.
   *
   * @throws SalusError `ERR_HASH_MISMATCH` when the details aren't the ones registered; `ERR_ALREADY_EXISTS`
   *   where other keys of the record were deposited before
   */
  depositDetails(
    deposits: readonly RecordDeposit[],
    options?: FacadeOptions,
  ): Promise<Receipt<AnswerOf<'depositDetails'>>>;
  /**
   * Hands another organisation's peers a copy of details and sealed keys. By the custodian's key service, of
   * records that a permit in force opens to that organisation. The service does so by itself.
   *
   * @param holder - MSP ID
   * @throws SalusError `ERR_CONFLICT` without such a permit, or where the keys are not those that the custodian
   *   has; `ERR_FORBIDDEN` for other roles than `keyservice`
   */
  shareDetails(
    holder: string,
    deposits: readonly RecordDeposit[],
    options?: FacadeOptions,
  ): Promise<Receipt<AnswerOf<'shareDetails'>>>;
  /** Which organisations are to get or to lose a copy of records' details, and when that changes next by itself. */
  readonly listCopies: Query<'listCopies'>;
  /**
   * Puts the box of a category's present epoch in the place of earlier ones. By the custodian's key service. No
   * other box of a record changes.
   *
   * @throws SalusError `ERR_CONFLICT` for any other change; `ERR_FORBIDDEN` for other roles than `keyservice`
   */
  replaceKeys(
    keys: readonly RecordKeys[],
    options?: FacadeOptions,
  ): Promise<Receipt<AnswerOf<'replaceKeys'>>>;
  /**
   * Details and sealed keys of a record, by the own organisation's peers: of its own records, and of those
   * whose custodian has shared them. The caller has a role that reads records, and consent lets it know of the
   * record. No trace of the query is on the ledger.
   *
   * @throws SalusError `ERR_FORBIDDEN`, `ERR_DETAILS_MISSING`
   */
  readonly readDetails: Query<'readDetails'>;
  readonly getRecord: Query<'getRecord'>;
  /** The versions before and after one of a record's, as consent goes by them. */
  readonly recordVersions: Query<'recordVersions'>;
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
    recordVersions: queries('recordVersions'),
    listRecords,
    records: (pseudonym) => allResults((bookmark) => listRecords(pseudonym, { bookmark })),
  };
}

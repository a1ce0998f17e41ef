import type { Page } from '@salus/chaincode-common';
import type {
  AuditEntry,
  Decision,
  DetailsDeposited,
  EhrTransactions,
  Grant,
  HealthRecord,
  Patient,
  RecordAnchor,
  RecordDetails,
  RecordsRegistered,
  Registered,
  RequestAccessRequest,
  SignedGrant,
  TRANSIENT,
  Withdrawn,
} from '@salus/ehr-contract';
import type { Contract } from '../transaction/contract.js';
import { allResults, type PageOptions } from '../transaction/pages.js';
import { TypedContract, type FacadeOptions, type Receipt } from '../transaction/typed-contract.js';

/** Names of the transient data, kept equal to the contract's by the compiler. */
const transientNames: typeof TRANSIENT = { details: 'details' };

/**
 * The ehr contract: patients, records, consent and access decisions.
 *
 * Every method throws a {@link SalusError}: those of {@link Contract.submit} and
 * {@link Contract.evaluate}, and of the contract `ERR_INVALID_ARGUMENT`, `ERR_FORBIDDEN`,
 * `ERR_NOT_FOUND`, `ERR_ALREADY_EXISTS`; for statements also `ERR_STATEMENT_INVALID`,
 * `ERR_STATEMENT_EXPIRED` and `ERR_STATEMENT_REPLAYED`.
 */
export class EhrClient {
  readonly #contract: TypedContract<EhrTransactions>;
  readonly #home: string;

  /** @param home - MSP ID of the own organisation */
  constructor(contract: Contract, home: string) {
    this.#contract = new TypedContract(contract);
    this.#home = home;
  }

  /**
   * Registers a patient's pseudonym and key. By a hospital, role registrar, who has proofed the
   * identity.
   *
   * @param registration - statement `PatientRegistration.v1`, signed in the wallet
   */
  registerPatient(registration: string, options?: FacadeOptions): Promise<Receipt<Registered>> {
    return this.#contract.submit('registerPatient', { registration }, options);
  }

  /**
   * Puts the hashes of stored records on the ledger, up to 500 in one transaction. By the hospital
   * that becomes their custodian.
   *
   * @example
   * await client.ehr.registerRecords([
   *   { recordId, pseudonym, categoryTag, contentHash: sha256Hex(ciphertext), size: ciphertext.length,
   *     detailsHash: hashOf(details), store: { mspId: 'CityHospitalMSP' } },
   * ]);
   */
  registerRecords(
    records: RecordAnchor[],
    options?: FacadeOptions,
  ): Promise<Receipt<RecordsRegistered>> {
    return this.#contract.submit('registerRecords', { records }, options);
  }

  /**
   * Gives the hospitals that care for the patient what only they may know of registered records:
   * category, label and sealed keys. It travels as transient data, to the own organisation's peers
   * unless others are named.
   *
   * @throws SalusError `ERR_HASH_MISMATCH` when the details aren't the ones registered
   */
  depositDetails(
    details: readonly RecordDetails[],
    options: FacadeOptions = {},
  ): Promise<Receipt<DetailsDeposited>> {
    return this.#contract.submit(
      'depositDetails',
      {},
      {
        endorsingOrganizations: [this.#home],
        ...options,
        transient: { [transientNames.details]: JSON.stringify(details) },
      },
    );
  }

  /**
   * Relays a patient's grant. Anybody may: the patient's signature counts.
   *
   * @param statement - statement `AccessGrant.v1`
   */
  grantAccess(statement: string, options?: FacadeOptions): Promise<Receipt<Grant>> {
    return this.#contract.submit('grantAccess', { statement }, options);
  }

  /**
   * Relays a patient's withdrawal; it holds even when it comes before its grant.
   *
   * @param statement - statement `ConsentWithdrawal.v1`
   */
  withdrawConsent(statement: string, options?: FacadeOptions): Promise<Receipt<Withdrawn>> {
    return this.#contract.submit('withdrawConsent', { statement }, options);
  }

  /**
   * Asks for a record. The decision is recorded whether access is permitted or denied: a denial isn't
   * an error. Key service and store act on the decision's ID.
   *
   * @example
   * const { value } = await client.ehr.requestAccess({ recordId, purpose: 'TREAT', hpkePublicKey });
   * if (!value.permitted) console.log(value.reason);
   */
  requestAccess(
    request: RequestAccessRequest,
    options?: FacadeOptions,
  ): Promise<Receipt<Decision>> {
    return this.#contract.submit('requestAccess', request, options);
  }

  /** The private details of a record: answered to members of the hospitals' collection only. */
  readDetails(recordId: string): Promise<RecordDetails> {
    return this.#contract.evaluate('readDetails', { recordId });
  }

  getPatient(pseudonym: string): Promise<Patient> {
    return this.#contract.evaluate('getPatient', { pseudonym });
  }

  getRecord(recordId: string): Promise<HealthRecord> {
    return this.#contract.evaluate('getRecord', { recordId });
  }

  /** One page of a patient's records. */
  listRecords(pseudonym: string, options: PageOptions = {}): Promise<Page<HealthRecord>> {
    return this.#contract.evaluate('listRecords', { pseudonym, pageSize: 100, ...options });
  }

  /**
   * All records of a patient, page after page.
   *
   * @example
   * for await (const record of client.ehr.records(pseudonym)) console.log(record.recordId);
   */
  records(pseudonym: string): AsyncIterable<HealthRecord> {
    return allResults((bookmark) => this.listRecords(pseudonym, { bookmark }));
  }

  /** A grant with what the patient signed. */
  getGrant(pseudonym: string, grantId: string): Promise<SignedGrant> {
    return this.#contract.evaluate('getGrant', { pseudonym, grantId });
  }

  /** @param decisionId - the ID of the transaction that asked for access */
  getDecision(decisionId: string): Promise<Decision> {
    return this.#contract.evaluate('getDecision', { decisionId });
  }

  /** One page of what happened to a patient's data, in order of time. */
  auditTrail(pseudonym: string, options: PageOptions = {}): Promise<Page<AuditEntry>> {
    return this.#contract.evaluate('auditTrail', { pseudonym, pageSize: 100, ...options });
  }

  /** All that happened to a patient's data, page after page. */
  audit(pseudonym: string): AsyncIterable<AuditEntry> {
    return allResults((bookmark) => this.auditTrail(pseudonym, { bookmark }));
  }
}

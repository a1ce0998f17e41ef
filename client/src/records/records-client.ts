import type { ErasureCertificate } from '@salus/proofs';
import type { RecordAnchor } from '@salus/protocol/ehr';
import {
  readableRecords,
  type LongitudinalQuery,
  type ReadableRecord,
} from '../ehr/longitudinal.js';
import { storePlaces, storesByMsp } from '../stores/store-places.js';
import type { WalletInvitation } from '../wallet/wallet-client.js';
import { admitPatient } from './admit-patient.js';
import type { RecordDesk } from './desk.js';
import { attestedBy, eraseRecords } from './erase-records.js';
import { fetchSealed, type SealedRecord } from './fetch-sealed.js';
import { importResources, type ImportedRecord, type ImportOptions } from './import-resources.js';
import type { ImportPatient } from './new-record.js';
import { readFhirFile } from './read-fhir-file.js';
import {
  openRecord,
  readRecord,
  type OpenedRecord,
  type ReadRecord,
  type RecordSources,
  type RecordWish,
} from './read-record.js';
import { recordDesk, recordSources, type RecordSession } from './record-places.js';
import { homeOf, storesOf, type RecordSettings } from './record-settings.js';
import {
  registerContent,
  registerFile,
  type NewContent,
  type RegisteredFile,
} from './register-file.js';

/** A file that becomes a record. */
export type NewFile = Omit<RegisteredFile, 'home'>;

/**
 * Records of patients: admit, register, import, list, read, erase. Stores and key services are those of
 * the settings `records` of `connect`.
 *
 * Every method throws the SalusErrors of the ehr contract. `ERR_SETTINGS_MISSING` tells that a needed
 * setting is not there, `ERR_SERVICE_UNREACHABLE` that a store or key service does not answer.
 *
 * @example
 * await using client = await connect({
 *   profile: 'connection-cityhospital.json',
 *   identity: { mspDir: 'users/registrar@cityhospital.salus.example/msp' },
 *   channel: 'edge-east',
 *   records: {
 *     stores: { CityHospitalMSP: 'https://localhost:8443', ValleyHospitalMSP: 'https://localhost:8444' },
 *     keyServices: { CityHospitalMSP: 'https://localhost:8445' },
 *     home: '/var/lib/salus/desk',
 *   },
 * });
 * const patient = await client.records.admit(invitation, { isNew: true });
 * const { recordId } = await client.records.register(patient, { file: 'finding.pdf' });
 */
export class RecordsClient {
  readonly #session: RecordSession;
  readonly #settings: RecordSettings;

  constructor(session: RecordSession, settings: RecordSettings = {}) {
    this.#session = session;
    this.#settings = settings;
  }

  /**
   * The same records, reached by other settings; what is not given stays as it is.
   *
   * @example
   * const away = client.records.using({ stores: { CityHospitalMSP: 'https://localhost:8443' } });
   */
  using(settings: RecordSettings): RecordsClient {
    return new RecordsClient(this.#session, { ...this.#settings, ...settings });
  }

  /**
   * Asks a patient's wallet for what the hospital needs to register records, and waits for the patient.
   * A patient whom no hospital has registered yet is registered.
   *
   * @throws SalusError `ERR_APPROVAL_NEEDED` where the patient refuses; `ERR_KEY_MISMATCH`
   * @example
   * const patient = await client.records.admit(invitation, { isNew: true });
   */
  admit(
    wallet: WalletInvitation,
    options: { readonly isNew?: boolean } = {},
  ): Promise<ImportPatient> {
    return admitPatient(this.#session.ehr, wallet, options);
  }

  /**
   * Encrypts a file or a content of any kind, splits it over the stores, and registers it as a record.
   * What the description leaves out, a FHIR resource tells itself. An upload of a file that was cut off
   * goes on when the same file is registered again.
   *
   * @throws SalusError `ERR_INVALID_ARGUMENT`, `ERR_FHIR_INVALID`, `ERR_KEY_MISMATCH`, `ERR_CONSENT_UNPROVEN`
   * @example
   * await client.records.register(patient, { file: 'scan.dcm', category: 'imaging' });
   * await client.records.register(patient, {
   *   content: Buffer.from(text), name: 'letter.txt', contentType: 'text/plain', category: 'document',
   * });
   */
  async register(patient: ImportPatient, record: NewFile | NewContent): Promise<RecordAnchor> {
    const desk = await this.desk();
    return 'file' in record
      ? registerFile({ ...record, home: homeOf(this.#settings) }, patient, desk)
      : registerContent(record, patient, desk);
  }

  /**
   * Imports FHIR R4 files (Bundle, resource, NDJSON, also gzipped): each resource becomes a record. A
   * resource that has changed since an earlier import becomes the next version of its record.
   *
   * @throws SalusError `ERR_FHIR_INVALID`, `ERR_FHIR_BROKEN_REFERENCE` before anything is written
   * @example
   * const imported = await client.records.import(patient, ['bundle.json'], { allowExternal: true });
   */
  async import(
    patient: ImportPatient,
    files: readonly string[],
    options: ImportOptions = {},
  ): Promise<readonly ImportedRecord[]> {
    const resources = (await Promise.all(files.map(readFhirFile))).flat();
    return importResources(resources, patient, await this.desk(), options);
  }

  /**
   * Reads a record whole: the ledger decides and logs, a key service hands over the sealed content key,
   * stores serve the parts. Obligations that change the content are carried out.
   *
   * @throws SalusError `ERR_NO_DECISION` with the reason of the denial, which is logged; `ERR_HASH_MISMATCH`
   * @example
   * const { content, details } = await client.records.read({ pseudonym, recordId, purpose: 'TREAT' });
   */
  async read(wish: RecordWish): Promise<ReadRecord> {
    return readRecord(await this.sources(), wish);
  }

  /**
   * Reads a record piece by piece, for a content that does not fit into memory. Each piece is verified.
   *
   * @throws SalusError as {@link RecordsClient.read}
   * @example
   * const { pieces } = await client.records.open({ pseudonym, recordId, purpose: 'TREAT' });
   * await pipeline(pieces, createWriteStream('scan.dcm'));
   */
  async open(wish: RecordWish): Promise<OpenedRecord> {
    return openRecord(await this.sources(), wish);
  }

  /**
   * Lists the records of a patient, of all institutions, that the caller may read now. Listing is not
   * logged and opens nothing.
   *
   * @example
   * for await (const { record, details } of client.records.list({ pseudonym, purpose: 'TREAT' })) {
   *   console.log(record.recordId, details?.category);
   * }
   */
  list(query: LongitudinalQuery): AsyncIterable<ReadableRecord> {
    return readableRecords(this.#session.ehr, query);
  }

  /**
   * Fetches a record for the patient's own wallet, which alone opens it.
   *
   * @param request - statement `AccessRequest.v1` of the wallet
   * @throws SalusError `ERR_STATEMENT_INVALID`, `ERR_NO_DECISION`, `ERR_DEID_UNSUPPORTED`
   * @example
   * const sealed = await client.records.fetch(request);
   */
  async fetch(request: string): Promise<SealedRecord> {
    return fetchSealed(await this.sources(), request);
  }

  /**
   * Carries out a patient's order of erasure in the ledger and in all stores. An erasure that was cut
   * off goes on by the same call.
   *
   * @param order - statement `ErasureOrder.v1` of the wallet
   * @returns the certificate, signed by the stores and by peers of most organisations
   * @throws SalusError `ERR_ERASURE_INCOMPLETE` while a store is away
   * @example
   * const certificate = await client.records.erase(order);
   */
  async erase(order: string): Promise<ErasureCertificate> {
    const { mspId, channel, ehr, identity, tlsRoots } = this.#session;
    const stores = storesByMsp(storePlaces(storesOf(this.#settings), identity, tlsRoots));
    const attest = attestedBy(this.#session);
    return eraseRecords(order, { mspId, channel, ehr, stores, attest });
  }

  /**
   * What records are registered with, for flows that register several, such as referrals.
   *
   * @example
   * const desk = await client.records.desk();
   * const imported = await importResources(resources, patient, desk);
   */
  desk(): Promise<RecordDesk> {
    return recordDesk(this.#session, this.#settings);
  }

  /**
   * Where records are read from, for flows that read several, such as referrals.
   *
   * @example
   * const sources = await client.records.sources();
   * const { content } = await readRecord(sources, { pseudonym, recordId, purpose: 'TREAT' });
   */
  sources(): Promise<RecordSources> {
    return recordSources(this.#session, this.#settings);
  }
}

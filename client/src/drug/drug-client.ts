import { MAX_PAGE_SIZE, type Page } from '@salus/protocol';
import type {
  Batch,
  Dispensed,
  DispenseRequest,
  DrugTransactions,
  RegisterBatchRequest,
  Shipment,
  ShipRequest,
  TraceEvent,
  Unit,
  Verification,
  VerifyRequest,
} from '@salus/protocol/drug';
import type { Contract } from '../transaction/contract.js';
import { allResults, type PageOptions } from '../transaction/pages.js';
import { TypedContract, type FacadeOptions, type Receipt } from '../transaction/typed-contract.js';
import { registerPackedBatch, type PackingList } from './packing.js';

/** Which unit, and whether only one of its packs, to trace. */
export interface TraceSubject {
  readonly sscc: string;
  readonly sgtin?: string;
}

/**
 * The drug contract: batches, custody, and packs from manufacturer to patient.
 *
 * Every method throws the {@link SalusError}s of {@link Contract.submit} and {@link Contract.evaluate}. The
 * contract adds `ERR_INVALID_ARGUMENT` (also for wrong GS1 check digits), `ERR_FORBIDDEN`, `ERR_NOT_FOUND`,
 * `ERR_ALREADY_EXISTS`, `ERR_CONFLICT`.
 */
export class DrugClient {
  readonly #contract: TypedContract<DrugTransactions>;

  constructor(contract: Contract) {
    this.#contract = new TypedContract(contract);
  }

  /**
   * Registers a lot by its logistic units, each with the root over its packs. By a manufacturer.
   *
   * @example
   * await client.drug.registerBatch({
   *   gtin: '09506000134352', lot: 'L1', expiry: '2028-12-31',
   *   units: [{ sscc: '095060001343520000', contentsRoot: merkleRoot(leaves), count: leaves.length }],
   * });
   */
  registerBatch(request: RegisterBatchRequest, options?: FacadeOptions): Promise<Receipt<Batch>> {
    return this.#contract.submit('registerBatch', request, options);
  }

  /**
   * Registers a lot by the serial numbers in each of its units. What verifies a pack is written to a new
   * file before anything is sent. By a manufacturer.
   *
   * @param file - must not exist; one line of JSON for each pack
   * @throws SalusError `ERR_INVALID_ARGUMENT`, `ERR_ALREADY_EXISTS`
   * @example
   * await client.drug.registerPacked({
   *   gtin: '09506000134352', lot: 'L1', expiry: '2028-12-31',
   *   units: [{ sscc: '095060001343520000', serials: ['A1', 'A2'] }],
   * }, 'packs-L1.jsonl');
   */
  registerPacked(list: PackingList, file: string): Promise<Receipt<Batch>> {
    return registerPackedBatch(this, list, file);
  }

  /**
   * Sends units on their way. By their holder, who remains responsible until they are received.
   *
   * @example
   * await client.drug.ship({ shipmentId: 'S-1', ssccs: [sscc], to: 'CityHospitalMSP' });
   */
  ship(request: ShipRequest, options?: FacadeOptions): Promise<Receipt<Shipment>> {
    return this.#contract.submit('ship', request, options);
  }

  /**
   * Takes a shipment over. By the organisation that it was sent to.
   *
   * @example
   * await client.drug.receive('S-1');
   */
  receive(shipmentId: string, options?: FacadeOptions): Promise<Receipt<Shipment>> {
    return this.#contract.submit('receive', { shipmentId }, options);
  }

  /**
   * Takes a shipment back that nobody has received. By its sender, who remains the holder.
   *
   * @example
   * const { value } = await client.drug.cancelShipment('S-1');
   * console.log(value.status); // CANCELLED
   */
  cancelShipment(shipmentId: string, options?: FacadeOptions): Promise<Receipt<Shipment>> {
    return this.#contract.submit('cancelShipment', { shipmentId }, options);
  }

  /**
   * Whether a pack is genuine and may be dispensed. A bad pack is an answer, not an error.
   *
   * @example
   * const { genuine, status } = await client.drug.verify(pack);
   */
  verify(request: VerifyRequest): Promise<Verification> {
    return this.#contract.evaluate('verify', request);
  }

  /**
   * Dispenses a pack, once. By the unit's holder, role pharmacist or physician.
   *
   * @throws SalusError `ERR_PACK_ALREADY_DISPENSED`
   * @example
   * const { value } = await client.drug.dispense({ ...pack, prescriptionHash });
   * console.log(value.dispensedAt);
   */
  dispense(request: DispenseRequest, options?: FacadeOptions): Promise<Receipt<Dispensed>> {
    return this.#contract.submit('dispense', request, options);
  }

  /**
   * A lot with its units, as the manufacturer registered it.
   *
   * @example
   * const { expiry } = await client.drug.getBatch('09506000134352', 'L1');
   */
  getBatch(gtin: string, lot: string): Promise<Batch> {
    return this.#contract.evaluate('getBatch', { gtin, lot });
  }

  /**
   * A logistic unit: who holds it, and where it is on its way to.
   *
   * @example
   * const { holder } = await client.drug.getUnit('095060001343520000');
   */
  getUnit(sscc: string): Promise<Unit> {
    return this.#contract.evaluate('getUnit', { sscc });
  }

  /**
   * One page of what happened to a unit or a pack, in order.
   *
   * @example
   * const { results, bookmark } = await client.drug.tracePage({ sscc }, { pageSize: 20 });
   * const next = await client.drug.tracePage({ sscc }, { pageSize: 20, bookmark });
   */
  tracePage(subject: TraceSubject, options: PageOptions = {}): Promise<Page<TraceEvent>> {
    return this.#contract.evaluate('trace', { ...subject, pageSize: MAX_PAGE_SIZE, ...options });
  }

  /**
   * All that happened to a unit or a pack, in order, page after page.
   *
   * @example
   * for await (const event of client.drug.trace({ sscc })) console.log(event.at, event.bizStep);
   */
  trace(subject: TraceSubject): AsyncIterable<TraceEvent> {
    return allResults((bookmark) => this.tracePage(subject, { bookmark }));
  }
}

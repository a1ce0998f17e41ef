import { randomBytes, randomInt } from 'node:crypto';
import { merkleProof, merkleRoot, sha256Hex } from '@salus/protocol';
import {
  packLeaf,
  checkDigit,
  sgtinLink,
  type DrugTransactions,
  type VerifyRequest,
} from '@salus/protocol/drug';
import type { ContractWorld } from '../../contract-world.js';

/** The people of the medicine behaviours, and what they do in the ordinary run of things. */

export type Person = readonly [organisation: string, user: string];
export const MANUFACTURER: Person = ['Pharma', 'manufacturer'];
export const PHARMACIST: Person = ['Pharma', 'pharmacist'];
export const CITY_PHYSICIAN: Person = ['CityHospital', 'physician'];
export const CITY_STORE: Person = ['CityHospital', 'store'];
export const VALLEY_PHYSICIAN: Person = ['ValleyHospital', 'physician'];
export const AUDITOR: Person = ['Regulator', 'auditor'];

type Name = keyof DrugTransactions;
type Request<N extends Name> = DrugTransactions[N]['request'];
type Response<N extends Name> = DrugTransactions[N]['response'];

/** A unit with its packs, each with the proof that it is in. */
export interface PackedUnit {
  readonly sscc: string;
  readonly contentsRoot: string;
  readonly packs: readonly VerifyRequest[];
}

/** A batch of one unit. */
export interface Lot {
  readonly gtin: string;
  readonly lot: string;
  readonly expiry: string;
  readonly unit: PackedUnit;
}

export class Actors {
  constructor(readonly world: ContractWorld) {}

  async submit<N extends Name>(as: Person, transaction: N, request: Request<N>) {
    const { result } = await this.world
      .client(...as)
      .submit('drug', transaction, { args: [JSON.stringify(request)] });
    return JSON.parse(result.toString('utf8')) as Response<N>;
  }

  async evaluate<N extends Name>(as: Person, transaction: N, request: Request<N>) {
    const result = await this.world
      .client(...as)
      .evaluate('drug', transaction, { args: [JSON.stringify(request)] });
    return JSON.parse(result.toString('utf8')) as Response<N>;
  }

  /** A unit of three packs. */
  pack(gtin: string): PackedUnit {
    const labels = [1, 2, 3].map((number) => ({
      gtin,
      serial: `S${number}`,
      salt: randomBytes(16).toString('base64url'),
    }));
    const leaves = labels.map(packLeaf);
    const sscc = numbered(17);
    const packs = labels.map((label, index) => ({
      sscc,
      sgtin: sgtinLink(label),
      salt: label.salt,
      proof: merkleProof(leaves, index),
    }));
    return { sscc, contentsRoot: merkleRoot(leaves), packs };
  }

  lot(more: Partial<Lot> = {}): Lot {
    const gtin = more.gtin ?? numbered(13);
    const lot = this.world.uniqueId('L').slice(-20);
    return { gtin, lot, expiry: '2999-12-31', unit: this.pack(gtin), ...more };
  }

  register({ gtin, lot, expiry, unit }: Lot, as = MANUFACTURER) {
    const { sscc, contentsRoot, packs } = unit;
    const units = [{ sscc, contentsRoot, count: packs.length }];
    return this.submit(as, 'registerBatch', { gtin, lot, expiry, units });
  }

  async registered(more: Partial<Lot> = {}): Promise<Lot> {
    const lot = this.lot(more);
    await this.register(lot);
    return lot;
  }

  async ship(sscc: string, from: Person = MANUFACTURER, to = 'CityHospitalMSP') {
    const shipmentId = this.world.uniqueId('shipment');
    await this.submit(from, 'ship', { shipmentId, ssccs: [sscc], to });
    return shipmentId;
  }

  /** A unit that City Hospital has accepted. */
  async delivered(more: Partial<Lot> = {}): Promise<Lot> {
    const lot = await this.registered(more);
    const shipmentId = await this.ship(lot.unit.sscc);
    await this.submit(CITY_STORE, 'receive', { shipmentId });
    return lot;
  }

  dispense(pack: VerifyRequest, as: Person = CITY_PHYSICIAN) {
    const prescriptionHash = sha256Hex(randomBytes(32));
    return this.submit(as, 'dispense', { ...pack, prescriptionHash });
  }
}

/** So many random digits and their check digit. */
function numbered(length: number): string {
  const digits = Array.from({ length }, () => String(randomInt(10))).join('');
  return digits + checkDigit(digits);
}

/** The pack of a unit at a place. */
export function packOf({ unit }: Lot, index = 0): VerifyRequest {
  const pack = unit.packs[index];
  if (pack === undefined) throw new Error(`The unit has no pack ${index}`);
  return pack;
}

/** What a refusal looks like. */
export function refusal(code: string): { readonly code: string } {
  return { code };
}

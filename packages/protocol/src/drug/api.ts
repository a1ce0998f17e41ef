import { z } from 'zod';
import { eachOnce, identifier, mspId } from '../base/forms.js';
import { MAX_PAGE_SIZE, type Page } from '../base/page.js';
import { isGtin14, isSscc, parseSgtin } from './gs1.js';

/**
 * Requests and responses of the drug contract. Every transaction takes one JSON request and answers
 * one JSON value of the type that {@link DrugTransactions} names.
 *
 * A unit (case or pallet, SSCC) commits to its packs by the root of a Merkle tree (RFC 9162) over their
 * leaves, see {@link packLeaf}. A pack costs the ledger nothing until it is dispensed.
 */

/** Units that one transaction registers or ships at most. */
export const MAX_UNITS = 500;

const hash = z.string().regex(/^[0-9a-f]{64}$/, '64 lower-case hex digits');
const gtin = z.string().refine(isGtin14, 'a GTIN-14 with its check digit');
const sscc = z.string().refine(isSscc, 'an SSCC-18 with its check digit');
const sgtin = z
  .string()
  .max(256)
  .refine(
    (text) => parseSgtin(text) !== undefined,
    'an SGTIN as EPC URI or GS1 Digital Link with (01) and (21)',
  );
/** AI (10), GS1 General Specifications 3.4.1: up to 20 characters of set 82. */
const lot = z.string().regex(/^[!"%-?A-Z_a-z]{1,20}$/, 'a lot number (AI 10)');

// Batches

export const unitContents = z.strictObject({
  sscc,
  /** Root of the Merkle tree over the packs' leaves. */
  contentsRoot: hash,
  /** Number of packs: the size of the tree. */
  count: z.int().min(1).max(1_000_000),
});
export type UnitContents = z.infer<typeof unitContents>;

export const registerBatchRequest = z.strictObject({
  gtin,
  lot,
  /** Last day of use. */
  expiry: z.iso.date(),
  units: z.array(unitContents).min(1).max(MAX_UNITS).refine(eachOnce('sscc'), 'each SSCC once'),
});
export type RegisterBatchRequest = z.infer<typeof registerBatchRequest>;

export interface Batch {
  readonly gtin: string;
  readonly lot: string;
  readonly expiry: string;
  readonly manufacturer: string;
  /** SSCCs. */
  readonly units: readonly string[];
  readonly registeredAt: string;
}

export const getBatchRequest = z.strictObject({ gtin, lot });
export type GetBatchRequest = z.infer<typeof getBatchRequest>;

/** A logistic unit with what a check of its packs needs. */
export interface Unit extends UnitContents {
  readonly gtin: string;
  readonly lot: string;
  readonly expiry: string;
  readonly manufacturer: string;
  /** MSP ID of who has accepted it last; while in transit still the sender. */
  readonly holder: string;
  readonly status: 'HELD' | 'IN_TRANSIT';
  /** The shipment it travels in. */
  readonly shipmentId?: string;
  /** Times that it was shipped, received or kept back: orders its events. */
  readonly moves: number;
}

export const getUnitRequest = z.strictObject({ sscc });
export type GetUnitRequest = z.infer<typeof getUnitRequest>;

// Custody

export const shipRequest = z.strictObject({
  shipmentId: identifier,
  ssccs: z.array(sscc).min(1).max(MAX_UNITS).refine(eachOnce(), 'each SSCC once'),
  to: mspId,
});
export type ShipRequest = z.infer<typeof shipRequest>;

export const receiveRequest = z.strictObject({ shipmentId: identifier });
export type ReceiveRequest = z.infer<typeof receiveRequest>;

export const cancelShipmentRequest = z.strictObject({ shipmentId: identifier });
export type CancelShipmentRequest = z.infer<typeof cancelShipmentRequest>;

export interface Shipment {
  readonly shipmentId: string;
  readonly ssccs: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly status: 'IN_TRANSIT' | 'RECEIVED' | 'CANCELLED';
  readonly shippedAt: string;
  readonly receivedAt?: string;
  readonly cancelledAt?: string;
}

// Packs

const pack = {
  /** The unit that the pack came in. */
  sscc,
  sgtin,
  /** Of the pack's leaf: keeps serial numbers from being guessed. */
  salt: z.string().regex(/^[A-Za-z0-9_-]{22,128}$/, 'at least 16 bytes in base64url'),
  /** That the pack is in the unit. */
  proof: z.strictObject({
    index: z.int().min(0).max(1_000_000),
    size: z.int().min(1).max(1_000_000),
    path: z.array(hash).max(20).readonly(),
  }),
};

export const verifyRequest = z.strictObject(pack);
export type VerifyRequest = z.infer<typeof verifyRequest>;

/** What stands first in the way of dispensing a pack; the checks are made in this order. */
export type PackStatus =
  | 'UNKNOWN_UNIT'
  | 'NOT_IN_UNIT'
  | 'DISPENSED'
  | 'EXPIRED'
  | 'IN_TRANSIT'
  | 'NOT_IN_CUSTODY'
  | 'AVAILABLE';

export interface Verification {
  /** The manufacturer put this pack into this unit. */
  readonly genuine: boolean;
  readonly status: PackStatus;
  readonly dispensed: boolean;
  readonly expired: boolean;
  /** Of the unit, as is what follows; left out where the pack isn't genuine. */
  readonly holder?: string;
  readonly manufacturer?: string;
  readonly gtin?: string;
  readonly lot?: string;
  readonly expiry?: string;
}

export const dispenseRequest = z.strictObject({
  ...pack,
  /** SHA-256 of prescription and salt: tells nothing of the patient. */
  prescriptionHash: hash,
});
export type DispenseRequest = z.infer<typeof dispenseRequest>;

export interface Dispensed {
  /** GS1 Digital Link. */
  readonly sgtin: string;
  readonly sscc: string;
  readonly dispensedBy: string;
  readonly dispensedAt: string;
  readonly prescriptionHash: string;
  readonly transactionId: string;
}

// Trace

export const traceRequest = z.strictObject({
  sscc,
  /** Leaves out the dispensing of other packs. */
  sgtin: sgtin.optional(),
  pageSize: z.int().min(1).max(MAX_PAGE_SIZE),
  bookmark: z.string().max(1024).optional(),
});
export type TraceRequest = z.infer<typeof traceRequest>;

/** What happened to a unit or one of its packs, in the order in which it happened. */
export interface TraceEvent {
  readonly transactionId: string;
  readonly at: string;
  /** GS1 Core Business Vocabulary 2.0, section 7.1; a cancelled shipment voids its `shipping`. */
  readonly bizStep: 'commissioning' | 'shipping' | 'void_shipping' | 'receiving' | 'dispensing';
  readonly by: string;
  readonly sscc: string;
  readonly shipmentId?: string;
  readonly to?: string;
  readonly sgtin?: string;
  readonly prescriptionHash?: string;
}

/** The transactions by name. */
export interface DrugTransactions {
  readonly registerBatch: { request: RegisterBatchRequest; response: Batch };
  readonly ship: { request: ShipRequest; response: Shipment };
  readonly receive: { request: ReceiveRequest; response: Shipment };
  readonly cancelShipment: { request: CancelShipmentRequest; response: Shipment };
  readonly dispense: { request: DispenseRequest; response: Dispensed };
  readonly verify: { request: VerifyRequest; response: Verification };
  readonly trace: { request: TraceRequest; response: Page<TraceEvent> };
  readonly getBatch: { request: GetBatchRequest; response: Batch };
  readonly getUnit: { request: GetUnitRequest; response: Unit };
}

import { keyOf } from '@salus/chaincode-common';

/** Every state key of the contract. */
/** GTIN, lot */
export const batchKey = keyOf('batch');
/** SSCC */
export const unitKey = keyOf('unit');
export const shipmentKey = keyOf('shipment');
/** GTIN, serial number: a pack that was dispensed, from whatever unit */
export const packKey = keyOf('pack');

const event = keyOf('event');
/** SSCC: the events of a unit */
export const eventsKey = event;

/**
 * SSCC, moves of the unit, time, transaction: what happens between two moves sorts by time, and no
 * submitter's clock puts it before or after them.
 */
export function eventKey(sscc: string, moves: number, at: string, transactionId: string) {
  return event(sscc, String(moves).padStart(8, '0'), at, transactionId);
}

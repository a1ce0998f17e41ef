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

/** When an event of a unit happened, and what orders it. */
export interface EventOrder {
  readonly sscc: string;
  /** How often the unit has moved, this event counted. */
  readonly moves: number;
  /** Whether the event is the unit's last move itself, and not something between two moves. */
  readonly moved: boolean;
  readonly at: string;
  readonly transactionId: string;
}

/**
 * SSCC, moves of the unit, time, transaction. A move sorts before what follows it: `~` sorts after
 * every digit of a time. What happens between two moves sorts by time, and no submitter's clock
 * puts it before or after them.
 */
export function eventKey({ sscc, moves, moved, at, transactionId }: EventOrder) {
  return event(sscc, String(moves).padStart(8, '0'), moved ? at : `~${at}`, transactionId);
}

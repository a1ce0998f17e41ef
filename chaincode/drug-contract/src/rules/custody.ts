import { SalusError } from '@salus/chaincode-common';
import type { Shipment, Unit } from '../api.js';

/** A shipment as its sender asks for it. */
export interface Dispatch {
  readonly shipmentId: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Sends a unit off: its holder stays responsible until the other one accepts it.
 *
 * @throws SalusError ERR_FORBIDDEN where the sender doesn't hold it, ERR_CONFLICT where it is on its way
 */
export function dispatch(unit: Unit, { shipmentId, from }: Dispatch): Unit {
  if (unit.holder !== from) {
    throw new SalusError('ERR_FORBIDDEN', `Unit ${unit.sscc} is not held by ${from}`, {
      argument: 'ssccs',
      expected: 'units that the caller holds',
      got: `one held by ${unit.holder}`,
    });
  }
  if (unit.status !== 'HELD') {
    throw new SalusError('ERR_CONFLICT', `Unit ${unit.sscc} is on its way already`, {
      argument: 'ssccs',
      expected: 'units that are not in transit',
      got: 'one in transit',
    });
  }
  return { ...unit, status: 'IN_TRANSIT', shipmentId, moves: unit.moves + 1 };
}

/**
 * Demands that a shipment goes to somebody else.
 *
 * @throws SalusError ERR_INVALID_ARGUMENT
 */
export function requireAnotherReceiver({ from, to }: Dispatch): void {
  if (from !== to) return;
  throw new SalusError('ERR_INVALID_ARGUMENT', 'to: expected another organisation', {
    argument: 'to',
    expected: 'another organisation',
    got: 'the sender',
  });
}

/**
 * Ends a shipment.
 *
 * @throws SalusError ERR_FORBIDDEN where it is addressed to another, ERR_CONFLICT where it was received
 */
export function acceptShipment(shipment: Shipment, by: string, at: string): Shipment {
  if (shipment.to !== by) {
    throw new SalusError('ERR_FORBIDDEN', `The shipment is not addressed to ${by}`, {
      argument: 'caller',
      expected: shipment.to,
      got: by,
    });
  }
  if (shipment.status !== 'IN_TRANSIT') {
    throw new SalusError('ERR_CONFLICT', 'The shipment was received already', {
      argument: 'shipmentId',
      expected: 'a shipment in transit',
      got: 'one that was received',
    });
  }
  return { ...shipment, status: 'RECEIVED', receivedAt: at };
}

/** Hands a unit of a shipment over to who accepted it. */
export function handOver(unit: Unit, holder: string): Unit {
  const held: { -readonly [K in keyof Unit]: Unit[K] } = {
    ...unit,
    holder,
    status: 'HELD',
    moves: unit.moves + 1,
  };
  delete held.shipmentId;
  return held;
}

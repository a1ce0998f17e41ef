import { SalusError } from '@salus/protocol';
import type { Shipment, Unit } from '@salus/protocol/drug';

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
 * @throws SalusError ERR_FORBIDDEN where it is addressed to another, ERR_CONFLICT where it has ended
 */
export function acceptShipment(shipment: Shipment, by: string, at: string): Shipment {
  if (shipment.to !== by) {
    throw new SalusError('ERR_FORBIDDEN', `The shipment is not addressed to ${by}`, {
      argument: 'caller',
      expected: shipment.to,
      got: by,
    });
  }
  requireInTransit(shipment);
  return { ...shipment, status: 'RECEIVED', receivedAt: at };
}

/**
 * Takes a shipment back that nobody has received.
 *
 * @throws SalusError ERR_FORBIDDEN where another has sent it, ERR_CONFLICT where it has ended
 */
export function recallShipment(shipment: Shipment, by: string, at: string): Shipment {
  if (shipment.from !== by) {
    throw new SalusError('ERR_FORBIDDEN', `The shipment was not sent by ${by}`, {
      argument: 'caller',
      expected: shipment.from,
      got: by,
    });
  }
  requireInTransit(shipment);
  return { ...shipment, status: 'CANCELLED', cancelledAt: at };
}

function requireInTransit({ status }: Shipment): void {
  if (status === 'IN_TRANSIT') return;
  const what = status === 'RECEIVED' ? 'received' : 'cancelled';
  throw new SalusError('ERR_CONFLICT', `The shipment was ${what} already`, {
    argument: 'shipmentId',
    expected: 'a shipment in transit',
    got: `one that was ${what}`,
  });
}

/** Ends a unit's journey: it is held by who accepted the shipment, or by the sender who took it back. */
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

import type { Shipment } from '@salus/protocol/drug';
import { errorOf, unit } from '../test-support/fixtures.js';
import {
  acceptShipment,
  dispatch,
  handOver,
  recallShipment,
  requireAnotherReceiver,
} from './custody.js';

const order = { shipmentId: 's1', from: 'PharmaMSP', to: 'CityMSP' };
const shipment: Shipment = {
  shipmentId: 's1',
  ssccs: [unit.sscc],
  from: 'PharmaMSP',
  to: 'CityMSP',
  status: 'IN_TRANSIT',
  shippedAt: '2026-05-01T00:00:00.000Z',
};

describe('dispatch', () => {
  test('sends a unit off, still held by the sender', () => {
    expect(dispatch(unit, order)).toStrictEqual({
      ...unit,
      status: 'IN_TRANSIT',
      shipmentId: 's1',
      moves: 5,
    });
  });

  test('is for the holder', () => {
    expect(errorOf(() => dispatch({ ...unit, holder: 'CityMSP' }, order))).toMatchObject({
      code: 'ERR_FORBIDDEN',
      message: `Unit ${unit.sscc} is not held by PharmaMSP`,
      argument: 'ssccs',
      expected: 'units that the caller holds',
      got: 'one held by CityMSP',
    });
  });

  test('is for units that are not on their way', () => {
    expect(errorOf(() => dispatch(dispatch(unit, order), order))).toMatchObject({
      code: 'ERR_CONFLICT',
      message: `Unit ${unit.sscc} is on its way already`,
      argument: 'ssccs',
      expected: 'units that are not in transit',
      got: 'one in transit',
    });
  });
});

describe('requireAnotherReceiver', () => {
  test('takes another, refuses the sender', () => {
    expect(() => requireAnotherReceiver(order)).not.toThrow();
    expect(errorOf(() => requireAnotherReceiver({ ...order, to: 'PharmaMSP' }))).toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
      message: 'to: expected another organisation',
      argument: 'to',
      expected: 'another organisation',
      got: 'the sender',
    });
  });
});

describe('acceptShipment', () => {
  const at = '2026-05-02T00:00:00.000Z';

  test('ends a shipment', () => {
    expect(acceptShipment(shipment, 'CityMSP', at)).toStrictEqual({
      ...shipment,
      status: 'RECEIVED',
      receivedAt: at,
    });
  });

  test('is for the addressee', () => {
    expect(errorOf(() => acceptShipment(shipment, 'ValleyMSP', at))).toMatchObject({
      code: 'ERR_FORBIDDEN',
      message: 'The shipment is not addressed to ValleyMSP',
      argument: 'caller',
      expected: 'CityMSP',
      got: 'ValleyMSP',
    });
  });

  test('happens once', () => {
    const received = acceptShipment(shipment, 'CityMSP', at);
    expect(errorOf(() => acceptShipment(received, 'CityMSP', at))).toMatchObject({
      code: 'ERR_CONFLICT',
      message: 'The shipment was received already',
      argument: 'shipmentId',
      expected: 'a shipment in transit',
      got: 'one that was received',
    });
  });
});

describe('recallShipment', () => {
  const at = '2026-05-02T00:00:00.000Z';

  test('ends a shipment that nobody has received', () => {
    expect(recallShipment(shipment, 'PharmaMSP', at)).toStrictEqual({
      ...shipment,
      status: 'CANCELLED',
      cancelledAt: at,
    });
  });

  test('is for the sender', () => {
    expect(errorOf(() => recallShipment(shipment, 'CityMSP', at))).toMatchObject({
      code: 'ERR_FORBIDDEN',
      message: 'The shipment was not sent by CityMSP',
      argument: 'caller',
      expected: 'PharmaMSP',
      got: 'CityMSP',
    });
  });

  test('comes too late for what was received, and happens once', () => {
    const received = acceptShipment(shipment, 'CityMSP', at);
    expect(errorOf(() => recallShipment(received, 'PharmaMSP', at))).toMatchObject({
      code: 'ERR_CONFLICT',
      message: 'The shipment was received already',
    });
    const cancelled = recallShipment(shipment, 'PharmaMSP', at);
    expect(errorOf(() => recallShipment(cancelled, 'PharmaMSP', at))).toMatchObject({
      code: 'ERR_CONFLICT',
      message: 'The shipment was cancelled already',
      argument: 'shipmentId',
      expected: 'a shipment in transit',
      got: 'one that was cancelled',
    });
    expect(errorOf(() => acceptShipment(cancelled, 'CityMSP', at))).toMatchObject({
      code: 'ERR_CONFLICT',
      got: 'one that was cancelled',
    });
  });
});

test('handing over makes the receiver the holder and ends the journey', () => {
  expect(handOver(dispatch(unit, order), 'CityMSP')).toStrictEqual({
    ...unit,
    holder: 'CityMSP',
    moves: 6,
  });
});

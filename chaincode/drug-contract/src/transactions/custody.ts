import type { Context } from 'fabric-contract-api';
import {
  caller,
  emit,
  putState,
  requireAbsent,
  requireState,
  transactionTime,
} from '@salus/chaincode-common';
import type { Shipment, ShipRequest } from '@salus/protocol/drug';
import {
  acceptShipment,
  dispatch,
  handOver,
  recallShipment,
  requireAnotherReceiver,
} from '../rules/custody.js';
import { shipmentKey, unitKey } from '../state/keys.js';
import { getUnit } from './batches.js';
import { putEvent } from './trace.js';

export async function ship(ctx: Context, request: ShipRequest): Promise<Shipment> {
  const { shipmentId, ssccs, to } = request;
  const from = caller(ctx).mspId;
  requireAnotherReceiver({ shipmentId, from, to });
  await requireAbsent(ctx, shipmentKey(shipmentId), 'shipment');
  for (const sscc of ssccs) {
    const unit = dispatch(await getUnit(ctx, sscc), { shipmentId, from, to });
    await putState(ctx, unitKey(sscc), unit);
    await putEvent(ctx, unit, { bizStep: 'shipping', by: from, shipmentId, to });
  }
  const shippedAt = transactionTime(ctx);
  const shipment: Shipment = { shipmentId, ssccs, from, to, status: 'IN_TRANSIT', shippedAt };
  await putState(ctx, shipmentKey(shipmentId), shipment);
  emit(ctx, 'UnitsShipped.v1', { shipmentId, ssccs, from, to });
  return shipment;
}

/** Custody changes here, and only for the whole shipment. */
export async function receive(ctx: Context, shipmentId: string): Promise<Shipment> {
  const by = caller(ctx).mspId;
  const sent = await requireState<Shipment>(ctx, shipmentKey(shipmentId), 'shipment');
  const shipment = acceptShipment(sent, by, transactionTime(ctx));
  for (const sscc of shipment.ssccs) {
    const unit = handOver(await getUnit(ctx, sscc), by);
    await putState(ctx, unitKey(sscc), unit);
    await putEvent(ctx, unit, { bizStep: 'receiving', by, shipmentId });
  }
  await putState(ctx, shipmentKey(shipmentId), shipment);
  const { ssccs, from, to } = shipment;
  emit(ctx, 'UnitsReceived.v1', { shipmentId, ssccs, from, to });
  return shipment;
}

/** The units stay with the sender, who has held them all the time. */
export async function cancelShipment(ctx: Context, shipmentId: string): Promise<Shipment> {
  const by = caller(ctx).mspId;
  const sent = await requireState<Shipment>(ctx, shipmentKey(shipmentId), 'shipment');
  const shipment = recallShipment(sent, by, transactionTime(ctx));
  for (const sscc of shipment.ssccs) {
    const unit = handOver(await getUnit(ctx, sscc), by);
    await putState(ctx, unitKey(sscc), unit);
    await putEvent(ctx, unit, { bizStep: 'void_shipping', by, shipmentId });
  }
  await putState(ctx, shipmentKey(shipmentId), shipment);
  const { ssccs, from, to } = shipment;
  emit(ctx, 'ShipmentCancelled.v1', { shipmentId, ssccs, from, to });
  return shipment;
}

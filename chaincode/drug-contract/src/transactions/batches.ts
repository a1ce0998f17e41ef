import type { Context } from 'fabric-contract-api';
import {
  caller,
  emit,
  putState,
  requireAbsent,
  requireKind,
  requireRole,
  requireState,
  transactionTime,
} from '@salus/chaincode-common';
import type { Batch, GetBatchRequest, RegisterBatchRequest, Unit } from '@salus/protocol/drug';
import { batchKey, unitKey } from '../state/keys.js';
import { putEvent } from './trace.js';

export async function registerBatch(ctx: Context, request: RegisterBatchRequest): Promise<Batch> {
  const who = caller(ctx);
  await requireKind(ctx, who, 'manufacturer');
  requireRole(who, 'manufacturer');
  const { gtin, lot, expiry } = request;
  const manufacturer = who.mspId;
  await requireAbsent(ctx, batchKey(gtin, lot), 'batch');
  const product = { gtin, lot, expiry, manufacturer };
  const units = request.units.map(({ sscc }) => sscc);
  for (const contents of request.units) {
    await requireAbsent(ctx, unitKey(contents.sscc), `unit ${contents.sscc}`);
    const unit: Unit = { ...product, ...contents, holder: manufacturer, status: 'HELD', moves: 0 };
    await putState(ctx, unitKey(unit.sscc), unit);
    await putEvent(ctx, unit, { bizStep: 'commissioning', by: manufacturer });
  }
  const batch: Batch = { ...product, units, registeredAt: transactionTime(ctx) };
  await putState(ctx, batchKey(gtin, lot), batch);
  emit(ctx, 'BatchRegistered.v1', { gtin, lot, ssccs: units });
  return batch;
}

export function getBatch(ctx: Context, { gtin, lot }: GetBatchRequest): Promise<Batch> {
  return requireState<Batch>(ctx, batchKey(gtin, lot), 'batch');
}

export function getUnit(ctx: Context, sscc: string): Promise<Unit> {
  return requireState<Unit>(ctx, unitKey(sscc), 'unit');
}

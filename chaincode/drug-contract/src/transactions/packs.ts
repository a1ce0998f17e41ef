import type { Context } from 'fabric-contract-api';
import {
  caller,
  emit,
  getState,
  putState,
  requireKind,
  requireRole,
  requireState,
  transactionTime,
} from '@salus/chaincode-common';
import {
  type Dispensed,
  type DispenseRequest,
  type Unit,
  type Verification,
  type VerifyRequest,
  sgtinLink,
  readSgtin,
} from '@salus/protocol/drug';
import { judgePack, requireDispensable } from '../rules/verification.js';
import { packKey, unitKey } from '../state/keys.js';
import { putEvent } from './trace.js';

/** Tells what the ledger knows of a pack that is shown. */
export async function verify(ctx: Context, request: VerifyRequest): Promise<Verification> {
  const { gtin, serial } = readSgtin(request.sgtin);
  return judgePack({
    pack: { gtin, serial, salt: request.salt, proof: request.proof },
    unit: await getState<Unit>(ctx, unitKey(request.sscc)),
    dispensed: await getState<Dispensed>(ctx, packKey(gtin, serial)),
    asker: caller(ctx).mspId,
    at: transactionTime(ctx),
  });
}

export async function dispense(ctx: Context, request: DispenseRequest): Promise<Dispensed> {
  const who = caller(ctx);
  await requireKind(ctx, who, 'pharmacy');
  requireRole(who, 'pharmacist', 'physician');
  requireDispensable(await verify(ctx, request));
  const unit = await requireState<Unit>(ctx, unitKey(request.sscc), 'unit');
  const { gtin, serial } = readSgtin(request.sgtin);
  const { sscc, prescriptionHash } = request;
  const pack: Dispensed = {
    sgtin: sgtinLink({ gtin, serial }),
    sscc,
    dispensedBy: who.mspId,
    dispensedAt: transactionTime(ctx),
    prescriptionHash,
    transactionId: ctx.stub.getTxID(),
  };
  const { sgtin } = pack;
  await putState(ctx, packKey(gtin, serial), pack);
  await putEvent(ctx, unit, { bizStep: 'dispensing', by: who.mspId, sgtin, prescriptionHash });
  emit(ctx, 'PackDispensed.v1', { sgtin, sscc });
  return pack;
}

import type { Context } from 'fabric-contract-api';
import { pageState, putState, transactionTime } from '@salus/chaincode-common';
import type { Page } from '@salus/protocol';
import {
  type TraceEvent,
  type TraceRequest,
  type Unit,
  canonicalSgtin,
} from '@salus/protocol/drug';
import { eventKey, eventsKey } from '../state/keys.js';

/** Writes down what happened to a unit, or to a pack of it. */
export async function putEvent(
  ctx: Context,
  unit: Pick<Unit, 'sscc' | 'moves'>,
  what: Omit<TraceEvent, 'transactionId' | 'at' | 'sscc'>,
): Promise<void> {
  const at = transactionTime(ctx);
  const transactionId = ctx.stub.getTxID();
  const event: TraceEvent = { ...what, transactionId, at, sscc: unit.sscc };
  const moved = what.bizStep !== 'dispensing';
  const { sscc, moves } = unit;
  await putState(ctx, eventKey({ sscc, moves, moved, at, transactionId }), event);
}

export async function trace(
  ctx: Context,
  { sscc, sgtin, ...request }: TraceRequest,
): Promise<Page<TraceEvent>> {
  const page = await pageState<TraceEvent>(ctx, eventsKey(sscc), request);
  if (sgtin === undefined) return page;
  const link = canonicalSgtin(sgtin);
  return {
    ...page,
    results: page.results.filter((event) => event.sgtin === undefined || event.sgtin === link),
  };
}

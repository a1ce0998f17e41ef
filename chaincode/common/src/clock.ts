import type { Context } from 'fabric-contract-api';

/** The transaction's time in milliseconds since 1970: the same on every peer, unlike a clock. */
export function transactionMillis(ctx: Context): number {
  const { seconds, nanos } = ctx.stub.getTxTimestamp();
  return Number(seconds) * 1000 + Math.floor(nanos / 1_000_000);
}

/**
 * The transaction's time as ISO 8601 in UTC, e.g. `2026-05-01T12:00:00.000Z`. It is the submitter's
 * clock; peers accept it only within `peer.authentication.timewindow` of their own.
 */
export function transactionTime(ctx: Context): string {
  return new Date(transactionMillis(ctx)).toISOString();
}

/** A time so many seconds after another, both ISO 8601 in UTC. */
export function plusSeconds(time: string, seconds: number): string {
  return new Date(Date.parse(time) + seconds * 1000).toISOString();
}

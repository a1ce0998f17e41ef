import type { Context } from 'fabric-contract-api';
import { canonicalJson } from '@salus/protocol';

/**
 * Emits the transaction's event; a transaction has one, so a second call replaces the first.
 *
 * @param name past tense with version, e.g. `RecordsRegistered.v1`
 * @param payload IDs and hashes only
 */
export function emit(ctx: Context, name: `${string}.v${number}`, payload: unknown): void {
  ctx.stub.setEvent(name, Buffer.from(canonicalJson(payload), 'utf8'));
}

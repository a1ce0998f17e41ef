import type { Context } from 'fabric-contract-api';
import { transientBytes } from '@salus/chaincode-common';
import { SalusError, sha256Hex } from '@salus/protocol';
import type { ShareHash } from '@salus/protocol/computation';

/**
 * Binary transient data whose hash is on the ledger or in the request.
 * @throws SalusError ERR_INVALID_ARGUMENT, ERR_HASH_MISMATCH
 */
export function hashedTransient(ctx: Context, name: string, hash: string): Uint8Array {
  const bytes = transientBytes(ctx, name);
  const got = sha256Hex(bytes);
  if (got !== hash) {
    throw new SalusError('ERR_HASH_MISMATCH', `${name} is not what its hash stands for`, {
      argument: name,
      expected: hash,
      got,
    });
  }
  return bytes;
}

/** The first of two names that came with the transaction, or the second. */
export function firstOf(ctx: Context, name: string, other: string): string {
  return ctx.stub.getTransient().has(name) ? name : other;
}

/** As {@link hashedTransient}, for `name.0`, `name.1`, … */
export function hashedTransients(
  ctx: Context,
  name: string,
  hashes: readonly string[],
): Uint8Array[] {
  return hashes.map((hash, index) => hashedTransient(ctx, `${name}.${index}`, hash));
}

/** As {@link hashedTransients}; undefined for those that did not come. */
export function optionalTransients(
  ctx: Context,
  name: string,
  hashes: readonly string[],
): (Uint8Array | undefined)[] {
  const transient = ctx.stub.getTransient();
  return hashes.map((hash, index) =>
    transient.has(`${name}.${index}`) ? hashedTransient(ctx, `${name}.${index}`, hash) : undefined,
  );
}

/** As {@link hashedTransient}, for `name.<share>`; in the order of the shares. */
export function hashedShares(
  ctx: Context,
  name: string,
  shares: readonly ShareHash[],
): { readonly shareId: string; readonly bytes: Uint8Array }[] {
  return shares.map(({ shareId, hash }) => ({
    shareId,
    bytes: hashedTransient(ctx, `${name}.${shareId}`, hash),
  }));
}

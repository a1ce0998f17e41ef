import { SalusError, sha256Hex, transientBytes } from '@salus/chaincode-common';
import type { Context } from 'fabric-contract-api';

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

/** As {@link hashedTransient}, for `name.0`, `name.1`, … */
export function hashedTransients(
  ctx: Context,
  name: string,
  hashes: readonly string[],
): Uint8Array[] {
  return hashes.map((hash, index) => hashedTransient(ctx, `${name}.${index}`, hash));
}

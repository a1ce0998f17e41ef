import type { Engine } from '@salus/compute';
import type { CollectiveKey } from '@salus/protocol/computation';

/**
 * Fetches the public key of a committee and checks that nobody chose its common polynomial.
 *
 * @param key - as the ledger has it; a key that is not active has no public key, and `fetch` gets ''
 * @param fetch - gives the content of a hash, which it has compared
 * @returns the key, serialised by SEAL
 * @throws ComputeError `ERR_PUBLIC_KEY_INVALID`; what `fetch` throws
 */
export async function seededPublicKey(
  engine: Pick<Engine, 'checkPublicKey'>,
  { publicKeyHash = '', aSeed }: Pick<CollectiveKey, 'publicKeyHash' | 'aSeed'>,
  fetch: (hash: string) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const publicKey = await fetch(publicKeyHash);
  await engine.checkPublicKey({ publicKey, seed: Buffer.from(aSeed, 'hex') });
  return publicKey;
}

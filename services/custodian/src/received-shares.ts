/** What a custodian gets from the dealers of a key. */
import { openSealed } from '@salus/crypto/hpke';
import {
  addUp,
  commitmentTo,
  fits,
  indexOf,
  readDealing,
  shareContext,
  type Dealing,
  type PublicHalves,
  wipe,
  shareAt,
  sumOf,
} from '@salus/crypto/threshold-kem';
import { SalusError, ownOf } from '@salus/protocol';
import type { CustodianKey } from '@salus/protocol/ehr';
import type { CeremonySecrets } from './custodian-home.js';

/** A custodian's share with the key's public halves, or the dealer that is at fault. */
export type Received =
  | { readonly halves: PublicHalves; readonly share: Uint8Array }
  | { readonly dealer: string; readonly why: string };

/** Takes a custodian's shares from the ledger, and checks each against its dealing. */
export async function takeShares(
  key: CustodianKey,
  mspId: string,
  { polynomial, receiving }: CeremonySecrets,
): Promise<Received> {
  const dealings = new Map<string, Dealing>();
  const shares: Uint8Array[] = [];
  for (const dealer of key.custodians) {
    const isOwn = dealer === mspId;
    const share = isOwn
      ? shareAt(polynomial, indexOf(key, mspId))
      : await openShare(key, { dealer, mspId, privateKey: receiving.privateKey });
    if (share) shares.push(share);
    const dealing = dealingOf(key, dealer);
    const why = defectOf(key, { dealer, dealing, mspId, share });
    if (!dealing || why !== undefined) {
      wipe(...shares);
      return { dealer, why: why ?? 'the dealing is missing' };
    }
    dealings.set(dealer, dealing);
  }
  const share = sumOf(shares);
  wipe(...shares);
  return { halves: addUp(key, dealings), share };
}

/** What is wrong with a dealer's dealing or share; undefined where nothing is. */
function defectOf(
  key: CustodianKey,
  about: {
    readonly dealer: string;
    readonly dealing: Dealing | undefined;
    readonly mspId: string;
    readonly share: Uint8Array | undefined;
  },
): string | undefined {
  const { dealer, dealing, mspId, share } = about;
  if (!dealing) return 'the dealing is missing';
  // The contract has compared them too; this is the custodian's own look.
  if (commitmentTo(key, dealer, dealing) !== ownOf(key.dealings, dealer)?.commitment) {
    return 'the dealing is not the one committed to';
  }
  if (!share) return 'the share is missing or unreadable';
  try {
    const points = readDealing(key, dealer, dealing);
    return fits(key, points, { to: mspId, share }) ? undefined : 'the share does not fit';
  } catch (error) {
    if (error instanceof SalusError) return error.message;
    throw error;
  }
}

async function openShare(
  { keyId, dealings }: CustodianKey,
  { dealer, mspId, privateKey }: { dealer: string; mspId: string; privateKey: string },
): Promise<Uint8Array | undefined> {
  const sealed = ownOf(dealings, dealer)?.sealedShares?.find(
    ({ recipient }) => recipient === mspId,
  );
  if (!sealed) return undefined;
  try {
    return await openSealed(privateKey, sealed, shareContext(keyId, dealer, mspId));
  } catch (error) {
    if (error instanceof SalusError && error.code === 'ERR_DECRYPTION_FAILED') return undefined;
    throw error;
  }
}

/** What a dealer revealed, as the ledger holds it. */
export function dealingOf({ dealings }: CustodianKey, dealer: string): Dealing | undefined {
  const { points, proof } = ownOf(dealings, dealer) ?? {};
  return points && proof !== undefined ? { points, proof } : undefined;
}

/** What all dealers revealed. */
export function dealingsOf(key: CustodianKey): ReadonlyMap<string, Dealing> {
  return new Map(
    key.custodians.flatMap((dealer) => {
      const dealing = dealingOf(key, dealer);
      return dealing ? [[dealer, dealing] as const] : [];
    }),
  );
}

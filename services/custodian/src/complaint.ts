/** Who is at fault where a custodian complains of a share: anybody can tell from the ledger. */
import { x25519 } from '@noble/curves/ed25519.js';
import { openSealed, type SealedBox } from '@salus/crypto/hpke';
import {
  fits,
  readDealing,
  shareContext,
  type Dealing,
  type KeyTerms,
  encodeBase64url,
  wipe,
} from '@salus/crypto/threshold-kem';

/** A complaint with what the ledger holds about it. */
export interface Complaint {
  readonly terms: KeyTerms;
  readonly by: string;
  readonly dealer: string;
  readonly dealing: Dealing;
  /** The share as the dealer sealed it to the complainer; none where it sealed none. */
  readonly sealedShare: SealedBox | undefined;
  /** What the complainer received shares under: X25519, base64url. */
  readonly hpkePublicKey: string;
  /** The private half, which the complainer gives up: the ceremony is over, and the shares in it are of no use. */
  readonly evidence: string;
}

/**
 * Judges a complaint: opens the share as the complainer did, and holds it against the dealing.
 *
 * @returns who is at fault: the dealer where the share is missing, unreadable or wrong, else the
 *   complainer
 */
export async function judgeComplaint(complaint: Complaint): Promise<'dealer' | 'complainer'> {
  const { terms, by, dealer, dealing, sealedShare, hpkePublicKey, evidence } = complaint;
  if (!isPair(evidence, hpkePublicKey)) return 'complainer';
  if (!sealedShare) return 'dealer';
  const share = await openShare(terms.keyId, { evidence, sealedShare, dealer, to: by });
  if (!share) return 'dealer';
  try {
    return fits(terms, readDealing(terms, dealer, dealing), { to: by, share })
      ? 'complainer'
      : 'dealer';
  } catch {
    return 'dealer';
  } finally {
    wipe(share);
  }
}

async function openShare(
  keyId: string,
  about: { evidence: string; sealedShare: SealedBox; dealer: string; to: string },
): Promise<Uint8Array | undefined> {
  const { evidence, sealedShare, dealer, to } = about;
  try {
    return await openSealed(evidence, sealedShare, shareContext(keyId, dealer, to));
  } catch {
    return undefined;
  }
}

function isPair(privateKey: string, publicKey: string): boolean {
  try {
    const bytes = Uint8Array.from(Buffer.from(privateKey, 'base64url'));
    return encodeBase64url(x25519.getPublicKey(bytes)) === publicKey;
  } catch {
    return false;
  }
}

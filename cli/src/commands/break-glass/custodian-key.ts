import { setTimeout as sleep } from 'node:timers/promises';
import type { EhrClient } from '@salus/client/ehr';
import { isGenuine } from '@salus/crypto/threshold-kem';
import { dealingOf, dealingsOf, judgeComplaint } from '@salus/custodian-service';
import { SalusError, ownOf } from '@salus/protocol';
import type { CustodianKey } from '@salus/protocol/ehr';

const POLL_MS = 500;
const OVER: ReadonlySet<CustodianKey['status']> = new Set(['ACTIVE', 'RETIRED', 'FAILED']);

/** Follows a ceremony until it is over or the time is. @throws SalusError `ERR_CEREMONY_FAILED` */
export async function followed(
  ehr: EhrClient,
  keyId: string,
  seconds: number,
): Promise<CustodianKey> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const key = await ehr.getCustodianKey(keyId);
    if (key.status === 'FAILED') {
      throw new SalusError('ERR_CEREMONY_FAILED', `The ceremony of ${keyId} has failed`, {
        got: `ended by ${key.complaint?.by ?? key.failedBy ?? 'nobody'}`,
        remedy: `look who is at fault (salus custodian status ${keyId}), and deal another key`,
      });
    }
    if (OVER.has(key.status) || Date.now() >= end) return key;
    await sleep(POLL_MS);
  }
}

/** The organisation at fault where a custodian complained. */
export async function faultOf(key: CustodianKey): Promise<string | undefined> {
  const { complaint, dealings } = key;
  if (!complaint) return undefined;
  const { by, dealer, evidence } = complaint;
  const dealing = dealingOf(key, dealer);
  if (!dealing) return dealer;
  const sealedShare = ownOf(dealings, dealer)?.sealedShares?.find(
    ({ recipient }) => recipient === by,
  );
  const fault = await judgeComplaint({
    terms: key,
    by,
    dealer,
    dealing,
    sealedShare,
    evidence,
    hpkePublicKey: ownOf(dealings, by)?.hpkePublicKey ?? '',
  });
  return fault === 'dealer' ? dealer : by;
}

/** What is worth telling of a key. */
export function standingOf(key: CustodianKey) {
  const { keyId, status, threshold, custodians, publicKey, complaint } = key;
  const isMade = status === 'ACTIVE' || status === 'RETIRED';
  return {
    keyId,
    status,
    threshold,
    custodians,
    ...(publicKey !== undefined && { publicKey }),
    // Recomputed here: the contract does no arithmetic on curves.
    ...(isMade && { genuine: isGenuine(key, dealingsOf(key)) }),
    ...(complaint && { complaint }),
  };
}

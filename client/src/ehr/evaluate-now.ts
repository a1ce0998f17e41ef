import { generateHpkeKeyPair } from '@salus/crypto/hpke';
import type { Decision, RequestAccessRequest } from '@salus/protocol/ehr';
import type { EhrClient } from './ehr-client.js';

/** Asks what the ledger would decide now. The key is made for the question; nothing is ever sealed to it. */
export async function evaluateNow(
  ehr: Pick<EhrClient, 'evaluateAccess'>,
  wish: Pick<RequestAccessRequest, 'pseudonym' | 'recordId' | 'purpose'>,
): Promise<Decision> {
  const { publicKey: hpkePublicKey } = await generateHpkeKeyPair();
  return ehr.evaluateAccess({ ...wish, hpkePublicKey });
}

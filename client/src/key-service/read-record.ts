import type { Decision, PurposeOfUse } from '@salus/ehr-contract';
import { SalusError } from '@salus/chaincode-common';
import { decryptContent } from '../crypto/content.js';
import { generateHpkeKeyPair, openSealed } from '../crypto/hpke.js';
import { contentKeyContext } from '../crypto/seal-contexts.js';
import type { SalusClient } from '../salus-client.js';
import type { StoreClient } from '../store/store-client.js';
import type { KeyServiceClient } from './key-service-client.js';

/** A record that was read, and by which decision. */
export interface ReadRecord {
  readonly decision: Decision;
  readonly content: Buffer;
  readonly category: string;
  readonly label: string;
}

/** Where the record's parts come from. */
export interface RecordSources {
  readonly client: SalusClient;
  readonly store: StoreClient;
  readonly keyService: KeyServiceClient;
}

/**
 * Reads a record: the ledger decides and logs, the custodian's key service seals the content key to a
 * key made for this one reading, the store serves the content.
 *
 * @throws SalusError `ERR_NO_DECISION` with the ledger's reason when access was denied (and the denial
 *   logged); `ERR_DECRYPTION_FAILED`, `ERR_HASH_MISMATCH`
 */
export async function readRecord(
  { client, store, keyService }: RecordSources,
  { recordId, purpose }: { readonly recordId: string; readonly purpose: PurposeOfUse },
): Promise<ReadRecord> {
  const keys = await generateHpkeKeyPair();
  const { value: decision } = await client.ehr.requestAccess({
    recordId,
    purpose,
    hpkePublicKey: keys.publicKey,
  });
  if (!decision.permitted || decision.contentHash === undefined) {
    throw new SalusError('ERR_NO_DECISION', `Access was denied: ${decision.reason}`, {
      got: decision.reason,
      transactionId: decision.decisionId,
    });
  }
  const [{ sealedKey, category, label }, ciphertext] = await Promise.all([
    keyService.rewrap(decision.decisionId),
    store.get(decision.contentHash, { decision: decision.decisionId }),
  ]);
  const contentKey = await openSealed(keys.privateKey, sealedKey, contentKeyContext(recordId));
  return { decision, category, label, content: decryptContent(contentKey, ciphertext, recordId) };
}

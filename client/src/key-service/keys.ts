import path from 'node:path';
import { canonicalJson } from '@salus/chaincode-common';
import { z } from 'zod';
import { generateHpkeKeyPair, type HpkeKeyPair } from '../crypto/hpke.js';
import { writeAtomically } from '../atomic-file.js';
import { readSecrets, writeSecrets } from '../service/secret-file.js';

const pair = z.object({ publicKey: z.string(), privateKey: z.string() });

/** `info` of content keys sealed to patient and reader; their additional data is the record's ID. */
export const CONTENT_KEY_INFO = 'salus/content-key/v1';

/** What the custodian's copy of a content key is bound to. */
export interface CustodianBinding {
  readonly recordId: string;
  readonly pseudonym: string;
  /** Thumbprint of the patient's key. */
  readonly kid: string;
  readonly categoryTag: string;
  readonly contentHash: string;
}

/**
 * HPKE context of the custodian's copy of a content key. It opens only under the patient's key and the
 * anchor that the importer knew: registrations and anchors forged on the ledger later open nothing.
 */
export function custodianContext(bound: CustodianBinding) {
  const { recordId, pseudonym, kid, categoryTag, contentHash } = bound;
  return {
    info: 'salus/custodian-key/v1',
    aad: canonicalJson({ recordId, pseudonym, kid, categoryTag, contentHash }),
  };
}

/** The key service's key pair, made when there is none. The public half lies in `custodian.pub`. */
export async function openKeyPair(home: string, passphrase: string): Promise<HpkeKeyPair> {
  const file = path.join(home, 'custodian.key');
  try {
    return pair.parse(await readSecrets(file, passphrase));
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_NOT_FOUND') throw error;
  }
  const fresh = await generateHpkeKeyPair();
  await writeSecrets(file, fresh, passphrase);
  await writeAtomically(path.join(home, 'custodian.pub'), Buffer.from(fresh.publicKey));
  return fresh;
}

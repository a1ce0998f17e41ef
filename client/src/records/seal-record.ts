import {
  sealTo,
  categoryContentContext,
  contentKeyContext,
  custodianContext,
} from '@salus/crypto/hpke';
import { sealForEmergency } from '@salus/crypto/threshold-kem';
import type { RecordAnchor, RecordKeys, SealedKey } from '@salus/protocol/ehr';
import { ownOf } from '@salus/protocol';
import type { Recipients } from './desk.js';

/** What a content key is the key of. */
export type SealedRecord = Pick<
  RecordAnchor,
  'recordId' | 'pseudonym' | 'categoryTag' | 'contentHash'
>;

/** Everything on the ledger that follows from who gets the key. */
export interface SealedFor {
  readonly keys: RecordKeys;
  readonly anchored: Pick<RecordAnchor, 'categoryEpoch' | 'emergency'>;
}

/** The custodian, and its key. */
export interface Custodian {
  readonly mspId: string;
  readonly custodianKey: string;
}

/**
 * Seals a content key to all who may open it: the patient's keys, the custodian, the category's current
 * epoch, and the custodians of break-glass. None of them has to be there for it.
 */
export async function sealRecord(
  contentKey: Uint8Array,
  record: SealedRecord,
  { kid: registered, patientKeys, categoryKeys, emergency }: Recipients,
  { mspId, custodianKey }: Custodian,
): Promise<SealedFor> {
  const { recordId, pseudonym, categoryTag, contentHash } = record;
  const bound = { ...record, kid: registered };
  const forPatient = patientKeys.map(async ({ kid, hpkePublicKey }): Promise<SealedKey> => {
    const box = await sealTo(hpkePublicKey, contentKey, contentKeyContext(recordId));
    return { recipient: kid, kind: 'patient', ...box };
  });
  const custodians = await sealTo(custodianKey, contentKey, custodianContext(bound));
  const sealedKeys: SealedKey[] = [
    ...(await Promise.all(forPatient)),
    { recipient: mspId, kind: 'custodian', ...custodians },
  ];
  const category = ownOf(categoryKeys, categoryTag);
  if (category) {
    const { epoch, publicKey } = category;
    const context = categoryContentContext({ ...record, epoch });
    const box = await sealTo(publicKey, contentKey, context);
    sealedKeys.push({ recipient: categoryTag, kind: 'category', epoch, ...box });
  }
  const glass =
    emergency && sealForEmergency(contentKey, emergency, { pseudonym, recordId, contentHash });
  if (glass) {
    const { keyId, enc, ciphertext, proof } = glass;
    sealedKeys.push({ recipient: keyId, kind: 'emergency', enc, ciphertext, proof });
  }
  return {
    keys: { pseudonym, recordId, sealedKeys },
    anchored: {
      categoryEpoch: category?.epoch ?? 0,
      ...(glass && { emergency: { keyId: glass.keyId, encHash: glass.encHash } }),
    },
  };
}

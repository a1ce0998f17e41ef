import type { SealedBox } from '@salus/crypto/hpke';
import { accessRequestStatement, readStatement, SalusError } from '@salus/protocol';
import { getCiphertext } from '../content/get-content.js';
import { refOf } from '../ehr/decision-ref.js';
import { eventually } from '../transaction/eventually.js';
import { changesContent } from './obligations.js';
import { askInTurn, requirePermitted, type RecordSources } from './read-record.js';

/** A record on its way to a patient's wallet: who carries it can't open it. */
export interface SealedRecord {
  readonly recordId: string;
  readonly contentType: string;
  /** The content key, sealed to the patient. */
  readonly sealedKey: SealedBox;
  /** The ciphertext in base64. */
  readonly content: string;
}

/**
 * Brings a patient's own request (`AccessRequest.v1`) to the ledger, and fetches what was asked for: sealed to
 * the key that the wallet named, for the wallet to open.
 *
 * @throws SalusError `ERR_STATEMENT_INVALID`; `ERR_NO_DECISION` with the ledger's reason;
 *   `ERR_DEID_UNSUPPORTED` where the patient who granted it obliges to de-identify, which takes the plaintext
 */
export async function fetchSealed(
  { client, stores, keyServices }: RecordSources,
  request: string,
): Promise<SealedRecord> {
  const asked = accessRequestStatement.safeParse(bodyOf(request));
  if (!asked.success) throw new SalusError('ERR_STATEMENT_INVALID', 'It asks for no record');
  const { subject: pseudonym, recordId, purpose, hpkePublicKey } = asked.data;
  const wish = { pseudonym, recordId, purpose, hpkePublicKey, asPatient: request };
  const { value: decision } = await client.ehr.requestAccess(wish);
  requirePermitted(decision);
  if (changesContent(decision)) {
    throw new SalusError('ERR_DEID_UNSUPPORTED', 'A sealed record can not be de-identified');
  }
  const ref = refOf(decision);
  const [record, { details, sealedKey }] = await Promise.all([
    eventually(() => client.ehr.getRecord({ pseudonym, recordId })),
    askInTurn(keyServices, (service) => service.rewrap(ref)),
  ]);
  const ciphertext = await getCiphertext(record, { stores, permission: { decision: ref } });
  const { contentType } = details;
  return { recordId, contentType, sealedKey, content: ciphertext.toString('base64') };
}

function bodyOf(request: string): unknown {
  const { pseudonym, subject, recordId, purpose, hpkePublicKey } = readStatement(request)
    .payload as Readonly<Record<string, unknown>>;
  return { pseudonym, subject, recordId, purpose, hpkePublicKey };
}

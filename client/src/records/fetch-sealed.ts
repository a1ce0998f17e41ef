import { getCiphertext } from '@salus/content';
import type { SealedBox } from '@salus/crypto/hpke';
import { changesContent } from '@salus/fhir/deid';
import { accessRequestStatement, readStatement, SalusError } from '@salus/protocol';
import { refOf } from '../ehr/decision-ref.js';
import { permittedAccess, unlock, type RecordSources } from './read-record.js';

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
 * Brings a patient's own request (`AccessRequest.v1`) to the ledger, and fetches what was asked for. The
 * result is sealed to the key that the wallet named, for the wallet to open.
 *
 * @throws SalusError `ERR_STATEMENT_INVALID`; `ERR_NO_DECISION` with the ledger's reason;
 *   `ERR_DEID_UNSUPPORTED` where the patient who granted it obliges to de-identify, which takes the plaintext
 */
export async function fetchSealed(sources: RecordSources, request: string): Promise<SealedRecord> {
  const asked = accessRequestStatement.safeParse(bodyOf(request));
  if (!asked.success) throw new SalusError('ERR_STATEMENT_INVALID', 'It asks for no record');
  const { subject: pseudonym, recordId, purpose, hpkePublicKey } = asked.data;
  const wish = { pseudonym, recordId, purpose, hpkePublicKey, asPatient: request };
  const decision = await permittedAccess(sources, wish);
  if (changesContent(decision.obligations)) {
    throw new SalusError('ERR_DEID_UNSUPPORTED', 'A sealed record can not be de-identified');
  }
  const { record, details, sealedKey } = await unlock(sources, decision);
  const { stores } = sources;
  const permission = { decision: refOf(decision) };
  const ciphertext = await getCiphertext(record, { stores, permission });
  const { contentType } = details;
  return { recordId, contentType, sealedKey, content: ciphertext.toString('base64') };
}

function bodyOf(request: string): unknown {
  const { pseudonym, subject, recordId, purpose, hpkePublicKey } = readStatement(request)
    .payload as Readonly<Record<string, unknown>>;
  return { pseudonym, subject, recordId, purpose, hpkePublicKey };
}

import { getContent, type PartReader } from '@salus/content';
import { generateHpkeKeyPair, openSealed, contentKeyContext } from '@salus/crypto/hpke';
import { hashOf, SalusError } from '@salus/protocol';
import type {
  Decision,
  HealthRecord,
  RecordDetails,
  RequestAccessRequest,
} from '@salus/protocol/ehr';
import { refOf } from '../ehr/decision-ref.js';
import type { EhrClient } from '../ehr/ehr-client.js';
import { eventually } from '../transaction/eventually.js';
import type { Rewrapped } from './key-service-answers.js';
import type { KeyServiceClient } from './key-service-client.js';
import { carryOut, whole } from './obligations.js';

/** Where a record's key and parts come from. */
export interface RecordSources {
  readonly client: { readonly ehr: EhrClient };
  /** Organisations' stores by MSP ID; k of those that keep the record suffice. */
  readonly stores: ReadonlyMap<string, PartReader>;
  /** In the order in which they are asked: the own organisation's, then the custodian's. */
  readonly keyServices: readonly Pick<KeyServiceClient, 'rewrap'>[];
  /**
   * The organisation's key that de-identified readings derive from, see `organisationDeidKey`.
   * Without it, what has to be de-identified is not read.
   */
  readonly deidKey?: Uint8Array;
}

/** Which record, and what for. */
export interface RecordWish extends Omit<RequestAccessRequest, 'hpkePublicKey' | 'asPatient'> {
  /** Signs `AccessRequest.v1` for this key, where a patient asks. */
  readonly asPatient?: (hpkePublicKey: string) => Promise<string>;
  readonly signal?: AbortSignal;
}

/**
 * A record that may be read, by which decision. Of its `obligations`, those that change the content are
 * carried out already; the others bind the reader.
 */
export interface OpenedRecord {
  readonly decision: Decision;
  readonly record: HealthRecord;
  readonly details: RecordDetails;
  /** Of what is handed out: FHIR in JSON where it was de-identified. */
  readonly contentType: string;
  /** Piece by piece, each verified; the last one proves that none is missing. To be read once. */
  readonly pieces: AsyncIterable<Buffer>;
}

/** A record that was read whole. */
export interface ReadRecord extends Omit<OpenedRecord, 'pieces'> {
  readonly content: Buffer;
}

/**
 * Opens a record. The ledger decides and logs. A key service seals the content key to a key made for this
 * one reading. Any k stores serve the parts. Where the decision obliges to de-identify, the content is,
 * before any of it is handed out.
 *
 * @throws SalusError `ERR_NO_DECISION` with the ledger's reason when access was denied (and the denial
 *   logged); what the last key service said; `ERR_HASH_MISMATCH`. While reading as {@link getContent}.
 * @example
 * const { pieces } = await openRecord({ client, stores, keyServices: [own, citys] }, { pseudonym, recordId, purpose: 'TREAT' });
 * await pipeline(pieces, createWriteStream(file));
 */
export async function openRecord(
  sources: RecordSources,
  { asPatient, signal, ...asked }: RecordWish,
): Promise<OpenedRecord> {
  const { stores, deidKey } = sources;
  const { recordId } = asked;
  const { publicKey, privateKey } = await generateHpkeKeyPair();
  const statement = await asPatient?.(publicKey);
  const decision = await permittedAccess(sources, {
    ...asked,
    hpkePublicKey: publicKey,
    ...(statement !== undefined && { asPatient: statement }),
  });
  const { record, details, sealedKey } = await unlock(sources, decision);
  const key = await openSealed(privateKey, sealedKey, contentKeyContext(recordId));
  const permission = { decision: refOf(decision) };
  const options = { key, context: recordId, stores, permission };
  const pieces = getContent(record, { ...options, ...(signal && { signal }) });
  const { contentType, ...obliged } = carryOut(decision, details, pieces, deidKey);
  return { decision, record, details, contentType, ...obliged };
}

/**
 * Has the ledger decide on a request, and log it.
 *
 * @throws SalusError `ERR_NO_DECISION` with the ledger's reason
 */
export async function permittedAccess(
  { client }: Pick<RecordSources, 'client'>,
  request: RequestAccessRequest,
): Promise<Decision> {
  const { value: decision } = await client.ehr.requestAccess(request);
  requirePermitted(decision);
  return decision;
}

/** A record and its content key, sealed to the key that the decision names. */
export interface UnlockedRecord extends Pick<Rewrapped, 'details' | 'sealedKey'> {
  readonly record: HealthRecord;
}

/**
 * Has a key service seal the content key of a permitted decision's record.
 *
 * @throws SalusError what the last key service said; `ERR_HASH_MISMATCH` where record or details are not
 *   what the ledger says
 */
export async function unlock(
  { client, keyServices }: Pick<RecordSources, 'client' | 'keyServices'>,
  decision: Decision,
): Promise<UnlockedRecord> {
  const { pseudonym, recordId } = decision;
  const [record, { details, sealedKey }] = await Promise.all([
    eventually(() => client.ehr.getRecord({ pseudonym, recordId })),
    askInTurn(keyServices, (service) => service.rewrap(refOf(decision))),
  ]);
  requireSame(decision.contentHash, record.contentHash, 'content');
  requireSame(record.detailsHash, hashOf(details), 'details');
  return { record, details, sealedKey };
}

/** @throws SalusError `ERR_NO_DECISION` with the ledger's reason */
export function requirePermitted(decision: Decision): void {
  if (decision.permitted) return;
  throw new SalusError('ERR_NO_DECISION', `Access was denied: ${decision.reason}`, {
    got: decision.reason,
    transactionId: decision.decisionId,
    remedy:
      'The denial is logged. Ask the patient for a grant that covers it; docs/consent.md lists the reasons.',
  });
}

/** As {@link openRecord}, for a record that fits into memory. */
export async function readRecord(sources: RecordSources, wish: RecordWish): Promise<ReadRecord> {
  const { pieces, ...opened } = await openRecord(sources, wish);
  return { ...opened, content: await whole(pieces) };
}

/** What the first service answers that has a key; else what the last one says. */
export async function askInTurn<S, A>(
  services: readonly S[],
  ask: (service: S) => Promise<A>,
): Promise<A> {
  let fault: unknown = noKeyService();
  for (const service of services) {
    try {
      return await ask(service);
    } catch (error) {
      fault = error;
    }
  }
  throw fault;
}

/** What is told where nobody is named who opens content keys. */
export function noKeyService(): SalusError {
  return new SalusError('ERR_SETTINGS_MISSING', 'No key service is named', { argument: 'keys' });
}

/** @throws SalusError `ERR_HASH_MISMATCH` */
export function requireSame(expected: string | undefined, got: string, what: string): void {
  if (expected === got) return;
  throw new SalusError('ERR_HASH_MISMATCH', `The ${what} is not what the ledger says`, {
    ...(expected !== undefined && { expected }),
    got,
  });
}

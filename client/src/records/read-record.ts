import { randomBytes } from 'node:crypto';
import { generateHpkeKeyPair, openSealed, contentKeyContext } from '@salus/crypto/hpke';
import { hashOf, SalusError } from '@salus/protocol';
import type {
  Decision,
  HealthRecord,
  RecordDetails,
  RequestAccessRequest,
} from '@salus/protocol/ehr';
import { getContent } from '../content/get-content.js';
import type { PartReader } from '../content/part-store.js';
import { refOf } from '../ehr/decision-ref.js';
import type { EhrClient } from '../ehr/ehr-client.js';
import { eventually } from '../transaction/eventually.js';
import type { Rewrapped } from './key-service-answers.js';
import type { KeyServiceClient } from './key-service-client.js';
import { carryOut, changesContent } from './obligations.js';

/** Where a record's key and parts come from. */
export interface RecordSources {
  readonly client: { readonly ehr: EhrClient };
  /** Organisations' stores by MSP ID; k of those that keep the record suffice. */
  readonly stores: ReadonlyMap<string, PartReader>;
  /** In the order in which they are asked: the own organisation's, then the custodian's. */
  readonly keyServices: readonly Pick<KeyServiceClient, 'rewrap'>[];
  /** For what has to be de-identified, see {@link carryOut}; another one each time unless given. */
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
  /** Piece by piece, each verified; the last one proves that none is missing. To be read once. */
  readonly pieces: AsyncIterable<Buffer>;
}

/** A record that was read whole. */
export interface ReadRecord extends Omit<OpenedRecord, 'pieces'> {
  readonly content: Buffer;
}

/**
 * Opens a record: the ledger decides and logs, a key service seals the content key to a key made for
 * this one reading, and any k stores serve the parts. Where the decision obliges to de-identify, the
 * content is, before any of it is handed out.
 *
 * @throws SalusError `ERR_NO_DECISION` with the ledger's reason when access was denied (and the denial
 *   logged); what the last key service said; `ERR_HASH_MISMATCH`. While reading as {@link getContent}.
 * @example
 * const { pieces } = await openRecord({ client, stores, keyServices: [own, citys] }, { pseudonym, recordId, purpose: 'TREAT' });
 * await pipeline(pieces, createWriteStream(file));
 */
export async function openRecord(
  { client, stores, keyServices, deidKey = randomBytes(32) }: RecordSources,
  { asPatient, signal, ...asked }: RecordWish,
): Promise<OpenedRecord> {
  const { pseudonym, recordId } = asked;
  const { publicKey, privateKey } = await generateHpkeKeyPair();
  const request = { ...asked, hpkePublicKey: publicKey };
  const statement = await asPatient?.(publicKey);
  const { value: decision } = await client.ehr.requestAccess({
    ...request,
    ...(statement !== undefined && { asPatient: statement }),
  });
  requirePermitted(decision);
  const ref = refOf(decision);
  const [record, { details, sealedKey }] = await Promise.all([
    eventually(() => client.ehr.getRecord({ pseudonym, recordId })),
    askInTurn(keyServices, (service) => service.rewrap(ref)),
  ]);
  requireSame(decision.contentHash, record.contentHash, 'content');
  requireSame(record.detailsHash, hashOf(details), 'details');
  const key = await openSealed(privateKey, sealedKey, contentKeyContext(recordId));
  const options = { key, context: recordId, stores, permission: { decision: ref } };
  const pieces = getContent(record, { ...options, ...(signal && { signal }) });
  const obliged = async function* () {
    const content = await whole(pieces);
    yield carryOut(decision, { details, content, key: deidKey });
  };
  return { decision, record, details, pieces: changesContent(decision) ? obliged() : pieces };
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

async function whole(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const read: Buffer[] = [];
  for await (const piece of pieces) read.push(piece);
  return Buffer.concat(read);
}

/** As {@link openRecord}, for a record that fits into memory. */
export async function readRecord(sources: RecordSources, wish: RecordWish): Promise<ReadRecord> {
  const { pieces, ...opened } = await openRecord(sources, wish);
  return { ...opened, content: await whole(pieces) };
}

/** What the first service answers that has a key; else what the last one says. */
export async function askInTurn<S>(
  services: readonly S[],
  ask: (service: S) => Promise<Rewrapped>,
): Promise<Rewrapped> {
  let fault: unknown = new SalusError('ERR_SETTINGS_MISSING', 'No key service is named', {
    argument: 'keys',
  });
  for (const service of services) {
    try {
      return await ask(service);
    } catch (error) {
      fault = error;
    }
  }
  throw fault;
}

function requireSame(expected: string | undefined, got: string, what: string): void {
  if (expected === got) return;
  throw new SalusError('ERR_HASH_MISMATCH', `The ${what} is not what the ledger says`, {
    ...(expected !== undefined && { expected }),
    got,
  });
}

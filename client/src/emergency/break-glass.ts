/** Breaking the glass: reading one record in an emergency, with custodians in place of the patient. */
import { generateHpkeKeyPair } from '@salus/crypto/hpke';
import { openFromPartials, partialHash, type CollectiveKey } from '@salus/crypto/threshold-kem';
import { hashOf, SalusError } from '@salus/protocol';
import type {
  Decision,
  EmergencyAnswer,
  EmergencyReason,
  HealthRecord,
  RecordDetails,
  SealedKey,
} from '@salus/protocol/ehr';
import { refOf } from '../ehr/decision-ref.js';
import type { EhrClient } from '../ehr/ehr-client.js';
import { ownDetails } from '../ehr/own-details.js';
import type { KeyServiceClient } from '../records/key-service-client.js';
import { askInTurn, noKeyService, requireSame } from '../records/read-record.js';
import { collectPartials, type Collected, type Silence } from './collect.js';
import type { CustodianClient } from './custodian-client.js';
import { makeNote, noteHash, type EmergencyNote } from './emergency-note.js';

/** What breaking the glass needs of the ledger. */
export type BreakGlassLedger = Pick<
  EhrClient,
  'breakGlass' | 'getRecord' | 'readDetails' | 'getCustodianKey' | 'getEmergency'
>;

/** Whom breaking the glass asks. */
export interface BreakGlassSources {
  readonly ledger: BreakGlassLedger;
  /** Services of as many custodians as are known; t right answers are enough. */
  readonly custodians: readonly CustodianClient[];
  /** Key services, the one of the record's custodian among them: it has what describes and opens the record. */
  readonly keyServices: readonly Pick<KeyServiceClient, 'emergencyKey'>[];
}

/** Which record is needed, and why. */
export interface EmergencyRequest {
  readonly pseudonym: string;
  readonly recordId: string;
  readonly reasonCode: EmergencyReason;
  /** For the review, in the requester's own words. It stays with the requester's organisation. */
  readonly reasonText: string;
  /** Keeps the note for the review: as soon as the ledger has its hash, whatever comes of the rest. */
  readonly keepNote?: (decision: Decision, note: EmergencyNote) => Promise<void>;
}

/** A custodian whose answer was wrong. */
export interface Liar {
  readonly custodian: string;
  /**
   * Whether the ledger holds the hash of the wrong answer under the custodian's own identity: then it
   * lied. Else what answers at its address did.
   */
  readonly proven: boolean;
}

/** A record's content key, opened in an emergency. */
export interface BrokenGlass {
  readonly decision: Decision;
  readonly record: HealthRecord;
  readonly details: RecordDetails;
  /** 32 bytes; to be wiped after use. */
  readonly contentKey: Buffer;
  readonly note: EmergencyNote;
  /** Custodians whose answers opened it. */
  readonly openedBy: readonly string[];
  readonly liars: readonly Liar[];
  readonly silent: readonly Silence[];
}

/**
 * Has the ledger decide on emergency access to one record, and any t custodians open its content key.
 * The decision is logged, the patient told by an event, and a review due, whatever comes of it.
 *
 * @throws SalusError `ERR_NO_DECISION` where it was denied; `ERR_NOT_FOUND` where the record is not
 *   sealed for emergencies; `ERR_PARTIAL_INVALID` where fewer than t answered rightly, naming who lied;
 *   what the last key service said, where the own organisation holds no copy of the details
 * @example
 * const { contentKey, record } = await breakGlass({ ledger: client.ehr, custodians, keyServices }, {
 *   pseudonym, recordId, reasonCode: 'UNCONSCIOUS', reasonText: 'found unconscious, bleeding',
 * });
 */
export async function breakGlass(
  { ledger, custodians, keyServices }: BreakGlassSources,
  { pseudonym, recordId, reasonCode, reasonText, keepNote }: EmergencyRequest,
): Promise<BrokenGlass> {
  // First all that can fail without anybody's privacy being touched.
  const record = await ledger.getRecord({ pseudonym, recordId });
  if (record.emergency === undefined) throw notSealed(recordId);
  const key = await collectiveKey(ledger, record.emergency.keyId);
  const copy = await ownDetails(ledger, record);
  if (copy === undefined && keyServices.length === 0) throw noKeyService();
  const note = makeNote(reasonCode, reasonText);
  const { publicKey, privateKey } = await generateHpkeKeyPair();
  const { value: decision } = await ledger.breakGlass({
    pseudonym,
    recordId,
    reasonCode,
    reasonHash: noteHash(note),
    hpkePublicKey: publicKey,
  });
  await keepNote?.(decision, note);
  if (!decision.permitted) throw deniedBy(decision);

  const ref = refOf(decision);
  const { details, sealedKeys } = copy
    ? { details: copy.details, sealedKeys: copy.keys.sealedKeys }
    : await askInTurn(keyServices, (service) => service.emergencyKey(ref));
  requireSame(record.detailsHash, hashOf(details), 'details');
  const sealed = emergencyKeyOf(record, sealedKeys);
  const binding = { pseudonym, recordId, contentHash: record.contentHash };
  const { enc, proof, ciphertext } = sealed;
  const question = { ref, enc, proof };
  const collected = await collectPartials({ key, binding, question, privateKey, custodians });
  const { answers } = collected;
  const { decisionId } = decision;
  const opened = openOrTell(collected, () =>
    openFromPartials(key, { sealed: { enc, ciphertext }, binding, decisionId, answers }),
  );
  const { contentKey, openedBy } = opened;
  const liars = await accuse(ledger, decision, { collected, liars: opened.liars });
  const { silent } = collected;
  return { decision, record, details, contentKey, note, openedBy, liars, silent };
}

interface SealedForEmergency extends SealedKey {
  readonly proof: string;
}

function emergencyKeyOf(
  { emergency, recordId }: HealthRecord,
  sealedKeys: readonly SealedKey[],
): SealedForEmergency {
  const sealed = sealedKeys.find(
    ({ kind, recipient }) => kind === 'emergency' && recipient === emergency?.keyId,
  );
  if (sealed?.proof !== undefined) return { ...sealed, proof: sealed.proof };
  throw notSealed(recordId);
}

function notSealed(recordId: string): SalusError {
  return new SalusError('ERR_NOT_FOUND', `Record ${recordId} is not sealed for emergencies`, {
    argument: 'recordId',
    got: recordId,
  });
}

async function collectiveKey(
  ledger: Pick<BreakGlassLedger, 'getCustodianKey'>,
  keyId: string,
): Promise<CollectiveKey> {
  const { status, threshold, custodians, publicKey, shareImages } =
    await ledger.getCustodianKey(keyId);
  const isReady = status === 'ACTIVE' || status === 'RETIRED';
  if (isReady && publicKey !== undefined && shareImages) {
    return { keyId, threshold, custodians, publicKey, shareImages };
  }
  throw new SalusError('ERR_KEY_INVALID', `The key ${keyId} was never finished`, {
    argument: 'keyId',
    got: keyId,
  });
}

/** Tells with the failure of an opening who has not answered at all. */
function openOrTell<T>({ silent }: Collected, open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (!(error instanceof SalusError) || silent.length === 0) throw error;
    const named = silent.map(({ custodian, code }) => `${custodian} (${code})`).join(', ');
    throw new SalusError(error.code, `${error.message}; no answer came from ${named}`, {
      cause: error,
      remedy: error.remedy,
    });
  }
}

/** Holds wrong answers against what their custodians have put on the ledger. */
async function accuse(
  ledger: BreakGlassLedger,
  decision: Decision,
  about: { readonly collected: Collected; readonly liars: readonly string[] },
): Promise<Liar[]> {
  const { collected, liars } = about;
  if (liars.length === 0) return [];
  const { answers: recorded } = await ledger.getEmergency({ ref: refOf(decision) });
  return liars.map((custodian) => {
    const sent = collected.answers.find((answer) => answer.custodian === custodian);
    const proven = recorded.some(
      (one: EmergencyAnswer) =>
        one.mspId === custodian && one.partialHash === partialHash(sent?.partial ?? ''),
    );
    return { custodian, proven };
  });
}

function deniedBy({ reason, decisionId }: Decision): SalusError {
  return new SalusError('ERR_NO_DECISION', `Emergency access was denied: ${reason}`, {
    got: reason,
    transactionId: decisionId,
  });
}

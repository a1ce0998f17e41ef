import type { EhrClient } from '@salus/client/ehr';
import { partialContext, type PartialAsked } from '@salus/client/emergency';
import { denied, type ConsentLedger } from '@salus/client/trust';
import { sealTo, type SealedBox } from '@salus/crypto/hpke';
import { wipe, makePartial, partialHash, verifyEncapsulation } from '@salus/crypto/threshold-kem';
import type { VerifiedMember } from '@salus/proofs';
import { SalusError } from '@salus/protocol';
import type { DecisionRef } from '@salus/protocol/ehr';
import type { ConsentCheck } from '@salus/service-kit';
import type { CustodianHome, HeldShare } from './custodian-home.js';
/** What a custodian does when it is asked for its part of an emergency opening. */

/** What a custodian asks of its own peer before it answers, and puts on the ledger. */
export type CustodianLedger = ConsentLedger &
  Pick<EhrClient, 'getCustodianKey' | 'getEmergency' | 'answerEmergency'>;

/** A custodian's answer. */
export interface PartialGiven {
  readonly custodian: string;
  /** The partial, sealed to the key that the decision names. */
  readonly sealedPartial: SealedBox;
}

export interface AnswererParts {
  readonly mspId: string;
  readonly home: CustodianHome;
  readonly ledger: CustodianLedger;
  /** Judges decisions as stores and key services do. */
  readonly consent: Pick<ConsentCheck, 'prove'>;
}

/**
 * Judges an emergency decision by the own peer, puts the hash of the partial on the ledger, and only then
 * gives the partial away. The same question has the same partial for an answer.
 *
 * @throws SalusError `ERR_NO_DECISION`; `ERR_CONSENT_UNPROVEN` where the patient denies it, or the record is
 *   another than before; `ERR_CIPHERTEXT_INVALID`, `ERR_SHARE_INVALID`, `ERR_CONFLICT`
 */
export async function answerEmergency(
  parts: AnswererParts,
  { ref, enc, proof }: PartialAsked,
  { asker, now }: { readonly asker: VerifiedMember; readonly now: number },
): Promise<PartialGiven> {
  const { mspId: custodian, consent } = parts;
  const { decision, record } = await consent.prove({ decision: ref, asker, now });
  if (decision.reason !== 'EMERGENCY') throw denied('it was not made for an emergency');
  if (!record.emergency) throw denied('the record was not sealed for emergencies');
  const { keyId, encHash } = record.emergency;
  const { pseudonym, recordId, contentHash } = record;
  const binding = { pseudonym, recordId, contentHash };
  const point = verifyEncapsulation({ keyId, enc, proof }, binding, encHash);
  const { share } = await heldShare(parts, keyId);
  let partial: string;
  try {
    const use = { keyId, custodian, binding, decisionId: ref.decisionId };
    partial = makePartial(share, point, use);
  } finally {
    wipe(share);
  }
  await putOnLedger(parts, ref, partialHash(partial));
  const bytes = Buffer.from(partial, 'base64url');
  const context = partialContext(custodian, ref);
  return { custodian, sealedPartial: await sealTo(decision.hpkePublicKey, bytes, context) };
}

/** The own share of a key that is still what it was when this custodian confirmed it. */
async function heldShare(
  { home, ledger, mspId }: AnswererParts,
  keyId: string,
): Promise<HeldShare> {
  const held = await home.readShare(keyId);
  if (!held) throw noShare(`${mspId} holds no share of ${keyId}`);
  const { status, publicKey } = await ledger.getCustodianKey(keyId);
  if (publicKey !== held.key.publicKey) {
    wipe(held.share);
    throw noShare(`the ledger shows another key ${keyId} than ${mspId} confirmed`);
  }
  if (status === 'ACTIVE' || status === 'RETIRED') return held;
  wipe(held.share);
  throw noShare(`the ceremony of ${keyId} has not ended`);
}

/** Once for a decision; the same answer may be given again, e.g. when the first got lost on its way. */
async function putOnLedger(
  { ledger, mspId }: AnswererParts,
  ref: DecisionRef,
  hash: string,
): Promise<void> {
  if (await isOnLedger(ledger, { ref, mspId, hash })) return;
  try {
    await ledger.answerEmergency({ ref, partialHash: hash });
  } catch (error) {
    // The same question came twice at once.
    const isThere = error instanceof SalusError && TAKEN.has(error.code);
    if (!isThere || !(await isOnLedger(ledger, { ref, mspId, hash }))) throw error;
  }
}

const TAKEN: ReadonlySet<string> = new Set(['ERR_ALREADY_EXISTS', 'ERR_MVCC_CONFLICT']);

/** @throws SalusError `ERR_CONFLICT` where another answer of this custodian is there */
async function isOnLedger(
  ledger: CustodianLedger,
  {
    ref,
    mspId,
    hash,
  }: { readonly ref: DecisionRef; readonly mspId: string; readonly hash: string },
): Promise<boolean> {
  const { answers } = await ledger.getEmergency({ ref });
  const known = answers.find((answer) => answer.mspId === mspId);
  if (known && known.partialHash !== hash) {
    throw new SalusError('ERR_CONFLICT', `${mspId} has answered this decision otherwise`, {
      argument: 'decision',
      expected: known.partialHash,
      got: hash,
    });
  }
  return known !== undefined;
}

function noShare(why: string): SalusError {
  return new SalusError('ERR_SHARE_INVALID', `No answer can be given: ${why}`, {
    argument: 'keyId',
  });
}

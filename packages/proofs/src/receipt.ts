import { z } from 'zod';
import { canonicalJson, SalusError } from '@salus/protocol';
import type { Decision } from '@salus/protocol/ehr';
import { peerReply } from './peer-reply.js';
import { reject } from './rejection.js';

/** Several times what a receipt with the answers of a hundred organisations needs. */
export const MAX_RECEIPT_BYTES = 8 * 1024 * 1024;

const bytes = z.base64().min(4);
const hash = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hex');

const receiptForm = z.strictObject({
  type: z.literal('DecisionReceipt.v1'),
  channel: z.string().min(1),
  chaincode: z.strictObject({ name: z.string().min(1), version: z.string().min(1) }),
  /** The contract's answer; its members are compared as a whole. */
  decision: z.looseObject({ decisionId: hash, permitted: z.boolean() }),
  /** SHA-256 of the transaction's arguments and of its read-write set. */
  inputs: z.strictObject({ arguments: z.array(hash), readWriteSet: hash }),
  /** `common.Envelope` of the transaction. */
  envelope: bytes,
  /** Signed answers of peers to `qscc.GetTransactionByID`. */
  attestations: z.array(peerReply).max(1_000),
});

/** A file that proves an access decision; binary members are base64. */
export type DecisionReceipt = z.output<typeof receiptForm>;

/** One of the signed answers in a receipt. */
export type Attestation = DecisionReceipt['attestations'][number];

/** The decision of a receipt that was verified. */
export type ProvenDecision = Decision;

/** A receipt as it is written: canonical JSON (RFC 8785), one line. */
export function writeReceipt(receipt: DecisionReceipt): string {
  return `${canonicalJson(receipt)}\n`;
}

/**
 * Reads a receipt. Nothing in it is proven by that.
 *
 * @throws SalusError `ERR_RECEIPT_MALFORMED`
 */
export function readReceipt(text: string): DecisionReceipt {
  if (Buffer.byteLength(text) > MAX_RECEIPT_BYTES) {
    throw reject('ERR_RECEIPT_MALFORMED', 'it is too large');
  }
  try {
    const receipt = receiptForm.parse(JSON.parse(text));
    if (writeReceipt(receipt) === (text.endsWith('\n') ? text : `${text}\n`)) return receipt;
  } catch (cause) {
    // The causes quote the text, of which nothing is known.
    throw new SalusError('ERR_RECEIPT_MALFORMED', 'The file is not a decision receipt', { cause });
  }
  throw reject('ERR_RECEIPT_MALFORMED', 'it is not in canonical form');
}

import { type common, peer } from '@hyperledger/fabric-protos';
import { openReply } from './peer-reply.js';
import type { Attestation } from './receipt.js';
import { decode, need, reject } from './rejection.js';
import type { Signed } from './transaction.js';

/** What one peer says about a transaction. */
export interface OpenedAttestation {
  /** As it stands in the peer's chain. */
  readonly envelope: common.Envelope;
  /** Fabric's validation code; 0 is VALID. */
  readonly validationCode: number;
  readonly signed: Signed;
}

/** What a receipt's peers were to be asked. */
export interface Subject {
  readonly channel: string;
  readonly transactionId: string;
}

/** A system chaincode: members can't deploy one of this name, nor have it answer as they like. */
const QSCC = 'qscc';
const QUERY = 'GetTransactionByID';

/**
 * Opens a peer's signed answer to `qscc.GetTransactionByID`. Its signature is not yet checked.
 *
 * @throws SalusError `ERR_RECEIPT_MALFORMED`, `ERR_RECEIPT_MISMATCH`; `ERR_RECEIPT_CHANNEL`
 */
export function openAttestation(one: Attestation, subject: Subject): OpenedAttestation {
  const { invocation, asked, answer, signed } = openReply(one);
  const [query, channel, transactionId] = asked;
  if (channel !== subject.channel || invocation.channel !== subject.channel) {
    throw reject('ERR_RECEIPT_CHANNEL', `an attestation is not of ${subject.channel}`);
  }
  if (
    invocation.chaincode !== QSCC ||
    query !== QUERY ||
    asked.length !== 3 ||
    transactionId !== subject.transactionId
  ) {
    throw reject('ERR_RECEIPT_MISMATCH', 'a peer was not asked for the transaction');
  }
  const processed = decode(peer.ProcessedTransaction, answer.payload, 'an answer');
  return {
    envelope: need(processed.getTransactionenvelope(), 'the transaction in an attestation'),
    validationCode: processed.getValidationcode(),
    signed,
  };
}

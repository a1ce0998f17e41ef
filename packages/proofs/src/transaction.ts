import { common, ledger, peer } from '@hyperledger/fabric-protos';
import { openAnswer, type ChaincodeAnswer } from './chaincode-answer.js';
import { openInvocation, type Invocation } from './proposal.js';
import { decode, need, reject } from './rejection.js';

/** A signature of a member over bytes. */
export interface Signed {
  readonly bytes: Uint8Array;
  /** `msp.SerializedIdentity` */
  readonly signer: Uint8Array;
  readonly signature: Uint8Array;
}

/** A transaction as it stands in a block. Its signatures are not yet checked. */
export interface OpenedTransaction {
  readonly invocation: Invocation;
  readonly answer: ChaincodeAnswer;
  /** The creator's. */
  readonly submission: Signed;
  readonly endorsements: readonly Signed[];
}

/**
 * Opens a transaction's envelope.
 *
 * @throws SalusError `ERR_RECEIPT_MALFORMED`, `ERR_RECEIPT_MISMATCH`
 */
export function openTransaction(envelope: common.Envelope): OpenedTransaction {
  const bytes = envelope.getPayload_asU8();
  const payload = decode(common.Payload, bytes, 'the transaction');
  const header = need(payload.getHeader(), 'the header of the transaction');
  const actions = decode(peer.Transaction, payload.getData_asU8(), 'the transaction');
  const [action, ...more] = actions.getActionsList();
  if (!action || more.length > 0) {
    throw reject('ERR_RECEIPT_MALFORMED', 'the transaction is not one action');
  }
  const call = decode(peer.ChaincodeActionPayload, action.getPayload_asU8(), 'the action');
  const endorsed = need(call.getAction(), 'what was endorsed');
  const response = endorsed.getProposalResponsePayload_asU8();
  const invocation = openInvocation(header, call.getChaincodeProposalPayload_asU8());
  return {
    invocation,
    answer: openAnswer(response, invocation),
    submission: { bytes, signer: invocation.creator, signature: envelope.getSignature_asU8() },
    endorsements: endorsed
      .getEndorsementsList()
      .map((one) => signedAnswer(response, one.getEndorser_asU8(), one.getSignature_asU8())),
  };
}

/** A peer signs its answer with its own identity behind it. */
export function signedAnswer(
  payload: Uint8Array,
  signer: Uint8Array,
  signature: Uint8Array,
): Signed {
  return { bytes: Buffer.concat([payload, signer]), signer, signature };
}

/**
 * Tells whether a transaction writes a value to a key of its chaincode.
 *
 * @throws SalusError `ERR_RECEIPT_MALFORMED`
 */
export function writes(answer: ChaincodeAnswer, key: string, value: Uint8Array): boolean {
  const { TxReadWriteSet, kvrwset } = ledger.rwset;
  return decode(TxReadWriteSet, answer.readWriteSet, 'the read-write set')
    .getNsRwsetList()
    .filter((one) => one.getNamespace() === answer.chaincode.name)
    .flatMap((one) => decode(kvrwset.KVRWSet, one.getRwset_asU8(), 'the writes').getWritesList())
    .some((one) => one.getKey() === key && Buffer.from(value).equals(one.getValue_asU8()));
}

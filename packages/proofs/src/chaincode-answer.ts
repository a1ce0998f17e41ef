import { peer } from '@hyperledger/fabric-protos';
import type { Invocation } from './proposal.js';
import { decode, need, reject } from './rejection.js';

/** What endorsers signed: the chaincode that ran, what it answered, read and wrote. */
export interface ChaincodeAnswer {
  readonly chaincode: { readonly name: string; readonly version: string };
  readonly payload: Uint8Array;
  /** `rwset.TxReadWriteSet` */
  readonly readWriteSet: Uint8Array;
}

const OK = 200;

/**
 * Opens a proposal response payload, and checks that it answers the very question.
 *
 * @throws SalusError `ERR_RECEIPT_MALFORMED`, `ERR_RECEIPT_MISMATCH`
 */
export function openAnswer(bytes: Uint8Array, question: Invocation): ChaincodeAnswer {
  const payload = decode(peer.ProposalResponsePayload, bytes, 'a proposal response');
  if (!Buffer.from(question.hash).equals(payload.getProposalHash_asU8())) {
    throw reject('ERR_RECEIPT_MISMATCH', 'an answer is to another question');
  }
  const action = decode(peer.ChaincodeAction, payload.getExtension_asU8(), 'a chaincode action');
  const chaincode = need(action.getChaincodeId(), 'the name of a chaincode');
  const response = need(action.getResponse(), 'a response');
  if (chaincode.getName() !== question.chaincode) {
    throw reject('ERR_RECEIPT_MISMATCH', 'another chaincode answered than was asked');
  }
  if (response.getStatus() !== OK) {
    throw reject('ERR_RECEIPT_MISMATCH', 'a response is not one of success');
  }
  return {
    chaincode: { name: chaincode.getName(), version: chaincode.getVersion() },
    payload: response.getPayload_asU8(),
    readWriteSet: action.getResults_asU8(),
  };
}

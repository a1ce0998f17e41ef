import { createHash } from 'node:crypto';
import { common, peer } from '@hyperledger/fabric-protos';
import { decode, need, reject } from './rejection.js';

/** What was asked of a chaincode, and by whom. */
export interface Invocation {
  readonly channel: string;
  readonly transactionId: string;
  /** `msp.SerializedIdentity` of who asked. */
  readonly creator: Uint8Array;
  readonly at: number;
  readonly chaincode: string;
  /** The transaction's name and its arguments. */
  readonly args: readonly Uint8Array[];
  /** By which an answer names the question. */
  readonly hash: Uint8Array;
}

const ENDORSER_TRANSACTION: number = common.HeaderType.ENDORSER_TRANSACTION;

/**
 * Opens header and payload of a proposal, with which a transaction begins as well.
 *
 * The ID is computed as Fabric does (protoutil.ComputeTxID), and so is the hash
 * (protoutil.GetProposalHash2): channel header, signature header and payload, one after the other.
 *
 * @throws SalusError `ERR_RECEIPT_MALFORMED`; `ERR_RECEIPT_MISMATCH` for an ID that isn't its own
 */
export function openInvocation(header: common.Header, payload: Uint8Array): Invocation {
  const [channelBytes, signatureBytes] = [
    header.getChannelHeader_asU8(),
    header.getSignatureHeader_asU8(),
  ];
  const channelHeader = decode(common.ChannelHeader, channelBytes, 'a channel header');
  const signatureHeader = decode(common.SignatureHeader, signatureBytes, 'a signature header');
  if (channelHeader.getType() !== ENDORSER_TRANSACTION) {
    throw reject('ERR_RECEIPT_MALFORMED', 'a transaction is not one of a chaincode');
  }
  const [nonce, creator] = [signatureHeader.getNonce_asU8(), signatureHeader.getCreator_asU8()];
  const transactionId = createHash('sha256').update(nonce).update(creator).digest('hex');
  if (transactionId !== channelHeader.getTxId()) {
    throw reject('ERR_RECEIPT_MISMATCH', 'a transaction ID is not that of its creator and nonce');
  }
  const timestamp = need(channelHeader.getTimestamp(), 'the time of a transaction');
  return {
    channel: channelHeader.getChannelId(),
    transactionId,
    creator,
    at: timestamp.toDate().getTime(),
    ...openInput(payload),
    hash: createHash('sha256').update(channelBytes).update(signatureBytes).update(payload).digest(),
  };
}

function openInput(payload: Uint8Array): Pick<Invocation, 'chaincode' | 'args'> {
  const proposal = decode(peer.ChaincodeProposalPayload, payload, 'a proposal');
  const input = decode(peer.ChaincodeInvocationSpec, proposal.getInput_asU8(), 'an invocation');
  const specification = need(input.getChaincodeSpec(), 'the specification of an invocation');
  return {
    chaincode: specification.getChaincodeId()?.getName() ?? '',
    args: specification.getInput()?.getArgsList_asU8() ?? [],
  };
}

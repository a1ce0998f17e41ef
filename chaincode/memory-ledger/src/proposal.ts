import { createHash, randomBytes, sign } from 'node:crypto';
import { common, peer } from '@hyperledger/fabric-protos';
import { Timestamp } from 'google-protobuf/google/protobuf/timestamp_pb.js';
import type { Identity } from './identity.js';

/** What a client asks a contract for. */
export interface Invocation {
  readonly channel: string;
  readonly chaincode: string;
  readonly transaction: string;
  readonly args: readonly (string | Uint8Array)[];
  readonly transient: Readonly<Record<string, string | Uint8Array>>;
  readonly time: Date;
}

/** A signed proposal, as a client sends it to the endorsing peers. */
export interface Proposal {
  readonly transactionId: string;
  readonly mspId: string;
  readonly chaincode: string;
  readonly signed: peer.SignedProposal;
  readonly input: peer.ChaincodeInput;
  readonly hasTransient: boolean;
  /** As the client says. */
  readonly time: Date;
}

/** Builds and signs a proposal. The transaction ID is the SHA-256 of nonce and creator. */
export function makeProposal(identity: Identity, invocation: Invocation): Proposal {
  const nonce = randomBytes(24);
  const transactionId = createHash('sha256').update(nonce).update(identity.creator).digest('hex');
  const header = new common.Header();
  header.setChannelHeader(channelHeader(transactionId, invocation).serializeBinary());
  header.setSignatureHeader(signatureHeader(nonce, identity.creator).serializeBinary());
  const proposal = new peer.Proposal();
  proposal.setHeader(header.serializeBinary());
  proposal.setPayload(payload(invocation).serializeBinary());
  const bytes = proposal.serializeBinary();
  const signed = new peer.SignedProposal();
  signed.setProposalBytes(bytes);
  signed.setSignature(sign('sha256', bytes, identity.privateKey));
  return {
    transactionId,
    mspId: identity.mspId,
    chaincode: invocation.chaincode,
    signed,
    input: chaincodeInput([invocation.transaction, ...invocation.args]),
    hasTransient: Object.keys(invocation.transient).length > 0,
    time: invocation.time,
  };
}

/** The arguments of a call, the transaction's name first. */
export function chaincodeInput(args: readonly (string | Uint8Array)[]): peer.ChaincodeInput {
  const input = new peer.ChaincodeInput();
  input.setArgsList(args.map((arg) => Buffer.from(arg)));
  return input;
}

function channelHeader(
  transactionId: string,
  { channel, chaincode, time }: Invocation,
): common.ChannelHeader {
  const header = new common.ChannelHeader();
  header.setType(common.HeaderType.ENDORSER_TRANSACTION);
  header.setTxId(transactionId);
  header.setChannelId(channel);
  header.setTimestamp(Timestamp.fromDate(time));
  header.setExtension$(extension(chaincode).serializeBinary());
  return header;
}

/** Names the chaincode: what a peer goes by. */
function extension(chaincode: string): peer.ChaincodeHeaderExtension {
  const id = new peer.ChaincodeID();
  id.setName(chaincode);
  const extension = new peer.ChaincodeHeaderExtension();
  extension.setChaincodeId(id);
  return extension;
}

function signatureHeader(nonce: Uint8Array, creator: Uint8Array): common.SignatureHeader {
  const header = new common.SignatureHeader();
  header.setNonce(nonce);
  header.setCreator(creator);
  return header;
}

function payload({ transaction, args, transient, chaincode }: Invocation) {
  const id = new peer.ChaincodeID();
  id.setName(chaincode);
  const spec = new peer.ChaincodeSpec();
  spec.setType(peer.ChaincodeSpec.Type.NODE);
  spec.setChaincodeId(id);
  spec.setInput(chaincodeInput([transaction, ...args]));
  const invocation = new peer.ChaincodeInvocationSpec();
  invocation.setChaincodeSpec(spec);
  const result = new peer.ChaincodeProposalPayload();
  result.setInput(invocation.serializeBinary());
  for (const [name, value] of Object.entries(transient)) {
    result.getTransientmapMap().set(name, Buffer.from(value));
  }
  return result;
}

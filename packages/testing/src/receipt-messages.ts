import { createHash, createPrivateKey, randomBytes, sign } from 'node:crypto';
import { common, ledger, msp, peer } from '@hyperledger/fabric-protos';
import type { Certified } from './certificates.js';

/** Somebody of a member who signs. */
export interface TestSigner extends Certified {
  readonly mspId: string;
}

/** A question as it goes to a peer. */
export interface TestQuestion {
  readonly channel: string;
  readonly chaincode: string;
  readonly args: readonly string[];
  readonly creator: TestSigner;
  readonly at: Date;
}

/** A question with what is known of it before it is answered. */
export interface TestProposal extends TestQuestion {
  readonly nonce: Uint8Array;
  readonly transactionId: string;
}

export function identityBytes({ mspId, certificate }: TestSigner): Uint8Array {
  const identity = new msp.SerializedIdentity();
  identity.setMspid(mspId);
  identity.setIdBytes(Buffer.from(certificate));
  return identity.serializeBinary();
}

export function signAs(bytes: Uint8Array, { privateKeyPem }: TestSigner): Uint8Array {
  return sign('sha256', bytes, createPrivateKey(privateKeyPem));
}

/** Gives a question its nonce, and thereby its transaction ID. */
export function propose(question: TestQuestion): TestProposal {
  const nonce = randomBytes(24);
  const hash = createHash('sha256').update(nonce).update(identityBytes(question.creator));
  return { ...question, nonce, transactionId: hash.digest('hex') };
}

export function headerOf({ channel, at, creator, nonce, transactionId }: TestProposal) {
  const channelHeader = common.ChannelHeader.deserializeBinary(timestampField(at));
  channelHeader.setType(common.HeaderType.ENDORSER_TRANSACTION);
  channelHeader.setChannelId(channel);
  channelHeader.setTxId(transactionId);
  const signatureHeader = new common.SignatureHeader();
  signatureHeader.setCreator(identityBytes(creator));
  signatureHeader.setNonce(nonce);
  const header = new common.Header();
  header.setChannelHeader(channelHeader.serializeBinary());
  header.setSignatureHeader(signatureHeader.serializeBinary());
  return header;
}

/** A channel header's field 3; the class of its type is not exported. Seconds are a number in field 1. */
function timestampField(at: Date): Uint8Array {
  const timestamp = new common.LastConfig(); // likewise of one number in field 1
  timestamp.setIndex(Math.floor(at.getTime() / 1000));
  const bytes = timestamp.serializeBinary();
  return Buffer.concat([Buffer.from([0x1a, bytes.length]), bytes]);
}

export function payloadOf({ chaincode, args }: TestQuestion): Uint8Array {
  const input = new peer.ChaincodeInput();
  input.setArgsList(args.map((arg) => Buffer.from(arg)));
  const specification = new peer.ChaincodeSpec();
  specification.setChaincodeId(chaincodeId(chaincode));
  specification.setInput(input);
  const invocation = new peer.ChaincodeInvocationSpec();
  invocation.setChaincodeSpec(specification);
  const payload = new peer.ChaincodeProposalPayload();
  payload.setInput(invocation.serializeBinary());
  return payload.serializeBinary();
}

/** A peer's answer, before it is signed. */
export function answerTo(
  proposal: TestProposal,
  answer: { readonly payload: Uint8Array; readonly version: string; readonly writes?: Uint8Array },
): Uint8Array {
  const header = headerOf(proposal);
  const hash = createHash('sha256')
    .update(header.getChannelHeader_asU8())
    .update(header.getSignatureHeader_asU8())
    .update(payloadOf(proposal));
  const response = new peer.Response();
  response.setStatus(200);
  response.setPayload(answer.payload);
  const action = new peer.ChaincodeAction();
  action.setResponse(response);
  action.setResults(answer.writes ?? new Uint8Array());
  action.setChaincodeId(chaincodeId(proposal.chaincode, answer.version));
  const payload = new peer.ProposalResponsePayload();
  payload.setProposalHash(hash.digest());
  payload.setExtension$(action.serializeBinary());
  return payload.serializeBinary();
}

export function endorse(payload: Uint8Array, by: TestSigner): peer.Endorsement {
  const endorsement = new peer.Endorsement();
  endorsement.setEndorser(identityBytes(by));
  endorsement.setSignature(signAs(Buffer.concat([payload, identityBytes(by)]), by));
  return endorsement;
}

/** A read-write set with one write. */
export function oneWrite(namespace: string, key: string, value: Uint8Array): Uint8Array {
  const { TxReadWriteSet, NsReadWriteSet, kvrwset } = ledger.rwset;
  const write = new kvrwset.KVWrite();
  write.setKey(key);
  write.setValue(value);
  const writes = new kvrwset.KVRWSet();
  writes.setWritesList([write]);
  const own = new NsReadWriteSet();
  own.setNamespace(namespace);
  own.setRwset(writes.serializeBinary());
  const all = new TxReadWriteSet();
  all.setNsRwsetList([own]);
  return all.serializeBinary();
}

/** The transaction that a client makes of an endorsed answer. */
export function transactionOf(
  proposal: TestProposal,
  answer: Uint8Array,
  endorsements: readonly peer.Endorsement[],
): common.Envelope {
  const endorsed = new peer.ChaincodeEndorsedAction();
  endorsed.setProposalResponsePayload(answer);
  endorsed.setEndorsementsList([...endorsements]);
  const call = new peer.ChaincodeActionPayload();
  call.setChaincodeProposalPayload(payloadOf(proposal));
  call.setAction(endorsed);
  const action = new peer.TransactionAction();
  action.setPayload(call.serializeBinary());
  const transaction = new peer.Transaction();
  transaction.setActionsList([action]);
  const payload = new common.Payload();
  payload.setHeader(headerOf(proposal));
  payload.setData(transaction.serializeBinary());
  const envelope = new common.Envelope();
  envelope.setPayload(payload.serializeBinary());
  envelope.setSignature(signAs(payload.serializeBinary(), proposal.creator));
  return envelope;
}

function chaincodeId(name: string, version = ''): peer.ChaincodeID {
  const id = new peer.ChaincodeID();
  id.setName(name);
  id.setVersion(version);
  return id;
}

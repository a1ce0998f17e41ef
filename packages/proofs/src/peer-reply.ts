import { common, peer } from '@hyperledger/fabric-protos';
import { z } from 'zod';
import { openAnswer, type ChaincodeAnswer } from './chaincode-answer.js';
import { openInvocation, type Invocation } from './proposal.js';
import { decode } from './rejection.js';
import { signedAnswer, type Signed } from './transaction.js';

/** A peer's answer, provable to others: what was asked, what it said, who it is and its signature. */
export interface SignedAnswer {
  /** `protos.Proposal`: the question. */
  readonly proposal: Uint8Array;
  /** `protos.ProposalResponsePayload`: the hash of the question, and the answer. */
  readonly payload: Uint8Array;
  /** `msp.SerializedIdentity` of the peer. */
  readonly endorser: Uint8Array;
  /** Over payload and endorser, one after the other. */
  readonly signature: Uint8Array;
}

const bytes = z.base64().min(4);

/** A peer's signed answer as it is written down: the members of {@link SignedAnswer} in base64. */
export const peerReply = z.strictObject({
  proposal: bytes,
  payload: bytes,
  endorser: bytes,
  signature: bytes,
});
export type PeerReply = z.output<typeof peerReply>;

/** What a peer was asked and said. Its signature is not yet checked. */
export interface OpenedReply {
  readonly invocation: Invocation;
  /** The transaction's name and its arguments. */
  readonly asked: readonly string[];
  readonly answer: ChaincodeAnswer;
  readonly signed: Signed;
}

/** Writes a peer's answer down. */
export function encodeReply({ proposal, payload, endorser, signature }: SignedAnswer): PeerReply {
  const base64 = (part: Uint8Array) => Buffer.from(part).toString('base64');
  return {
    proposal: base64(proposal),
    payload: base64(payload),
    endorser: base64(endorser),
    signature: base64(signature),
  };
}

/**
 * Opens a peer's answer, and checks that it answers the question that lies beside it.
 *
 * @throws SalusError `ERR_RECEIPT_MALFORMED`, `ERR_RECEIPT_MISMATCH`
 */
export function openReply(one: PeerReply): OpenedReply {
  const [question, payload] = [fromBase64(one.proposal), fromBase64(one.payload)];
  const proposal = decode(peer.Proposal, question, 'a question to a peer');
  const header = decode(common.Header, proposal.getHeader_asU8(), 'a header');
  const invocation = openInvocation(header, proposal.getPayload_asU8());
  return {
    invocation,
    asked: invocation.args.map((arg) => Buffer.from(arg).toString('utf8')),
    answer: openAnswer(payload, invocation),
    signed: signedAnswer(payload, fromBase64(one.endorser), fromBase64(one.signature)),
  };
}

function fromBase64(text: string): Uint8Array {
  return Buffer.from(text, 'base64');
}

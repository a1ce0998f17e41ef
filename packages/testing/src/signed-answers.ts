import { peer } from '@hyperledger/fabric-protos';
import type { PeerReply, SignedAnswers } from '@salus/proofs';
import type { TestSigner } from './receipt-messages.js';
import * as messages from './receipt-messages.js';
import { CHANNEL } from './receipt-world.js';

/** A question that a test's peers answer, and how, where that isn't as it should be. */
export interface TestQuery {
  readonly transaction: string;
  readonly request: object;
  readonly value: unknown;
  readonly channel?: string;
  readonly chaincode?: string;
  readonly at?: Date;
}

/** A peer's signed answer to a query. */
export function replyOf(by: TestSigner, query: TestQuery): PeerReply {
  const { channel = CHANNEL, chaincode = 'ehr', at = new Date() } = query;
  const args = [query.transaction, JSON.stringify(query.request)];
  const proposal = messages.propose({ channel, chaincode, args, creator: by, at });
  const payload = Buffer.from(JSON.stringify(query.value));
  const answer = messages.answerTo(proposal, { payload, version: '1.0' });
  const message = new peer.Proposal();
  message.setHeader(messages.headerOf(proposal).serializeBinary());
  message.setPayload(messages.payloadOf(proposal));
  const endorsement = messages.endorse(answer, by);
  return {
    proposal: Buffer.from(message.serializeBinary()).toString('base64'),
    payload: Buffer.from(answer).toString('base64'),
    endorser: endorsement.getEndorser_asB64(),
    signature: endorsement.getSignature_asB64(),
  };
}

/** A bundle of peers' answers. */
export function answersOf(peers: readonly TestSigner[], query: TestQuery): SignedAnswers {
  return {
    type: 'SignedAnswers.v1',
    channel: query.channel ?? CHANNEL,
    chaincode: query.chaincode ?? 'ehr',
    transaction: query.transaction,
    request: JSON.stringify(query.request),
    answers: peers.map((one) => replyOf(one, query)),
  };
}

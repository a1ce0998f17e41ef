import type { SignedAnswer } from '@salus/proofs';
import { canonicalJson } from '@salus/protocol';
import { coded } from '@salus/testing/coded';
import * as messages from '@salus/testing/receipt-messages';
import { attest, makeMember, person, type Decided } from '@salus/testing/receipt-world';
import { followAnswer } from './own-answers.js';
import type { AnswerEvent, AnswerSource } from './opened-register.js';
import { submissionsOf } from './submission.js';

const CHANNEL = 'edge-east';
const answer = { openingId: 'f'.repeat(64), epoch: 1 };
const request = canonicalJson({ ...answer, hashes: { s0: 'a'.repeat(64) } });

interface Sent {
  readonly by?: string;
  readonly chaincode?: string;
  readonly args?: readonly string[];
}

/** A transaction as it stands in a block. */
async function sent({ by = 'CMSP', chaincode = 'claims', args }: Sent = {}): Promise<Decided> {
  const creator = await person(await makeMember(by));
  const proposal = messages.propose({
    ...{ channel: CHANNEL, chaincode, creator, at: new Date() },
    args: args ?? ['computation:submitPartials', request],
  });
  const response = messages.answerTo(proposal, { payload: Buffer.from('{}'), version: '1.0' });
  const endorsements = [messages.endorse(response, creator)];
  const envelope = messages.transactionOf(proposal, response, endorsements);
  return { channel: CHANNEL, transactionId: proposal.transactionId, envelope };
}

/** The own peer, which has one transaction. */
async function peerWith(transaction: Decided) {
  const peer = await person(await makeMember('CMSP'));
  const reply = attest(transaction, peer);
  const bytes = (text: string) => Buffer.from(text, 'base64');
  const signed: SignedAnswer = {
    proposal: bytes(reply.proposal),
    payload: bytes(reply.payload),
    endorser: bytes(reply.endorser),
    signature: bytes(reply.signature),
  };
  return { channel: CHANNEL, mspId: 'CMSP', ask: jest.fn(() => Promise.resolve(signed)) };
}

/** What the register is told of the event beside a transaction. */
async function followed(transaction: Decided) {
  const submissionOf = submissionsOf(await peerWith(transaction));
  const found: unknown[] = [];
  const witness = async (_: AnswerEvent, { submitted }: AnswerSource) => {
    const submission = await submitted();
    found.push(submission);
    return submission !== undefined;
  };
  const reports: object[] = [];
  const parts = {
    ...{ channel: CHANNEL, chaincode: 'claims', mspId: 'CMSP', submissionOf },
    register: { witness },
    report: (line: object) => reports.push(line),
  };
  const { transactionId } = transaction;
  const payload = { ...answer, mspId: 'CMSP' };
  const event = { name: 'PartialsSubmitted.v1', payload, transactionId, blockNumber: 7n };
  await followAnswer(parts as never, event);
  return { found, reports };
}

describe('what a member submitted', () => {
  it('is what it signed, by the transaction that its own peer shows', async () => {
    const transaction = await sent();
    const peer = await peerWith(transaction);
    expect(await submissionsOf(peer)(transaction.transactionId)).toEqual({
      ...{ channel: CHANNEL, chaincode: 'claims', mspId: 'CMSP' },
      args: ['computation:submitPartials', request],
    });
    expect(peer.ask).toHaveBeenCalledWith('CMSP', {
      contract: 'qscc',
      transaction: 'GetTransactionByID',
      args: [CHANNEL, transaction.transactionId],
    });
  });

  it('is not read from an answer about another transaction', async () => {
    const submissionOf = submissionsOf(await peerWith(await sent()));
    await expect(submissionOf('another')).rejects.toThrow(coded('ERR_RECEIPT_MISMATCH'));
  });

  it('is an answer', async () => {
    const { found, reports } = await followed(await sent());
    expect(found).toEqual([expect.objectContaining(answer)]);
    expect(reports).toEqual([]);
  });

  it.each<[string, Sent]>([
    ['of another organisation', { by: 'BMSP' }],
    ['to another chaincode', { chaincode: 'statistics' }],
    ['of another name', { args: ['computation:requestOpening', request] }],
    ['whose name only ends alike', { args: ['computation:resubmitPartials', request] }],
    ['without a request', { args: ['submitPartials'] }],
    ['with a request that is no JSON', { args: ['submitPartials', '{'] }],
    ['with another request', { args: ['submitPartials', JSON.stringify({ openingId: 'f' })] }],
  ])('is no answer by a transaction %s', async (_, transaction) => {
    const made = await sent(transaction);
    const { found, reports } = await followed(made);
    expect(found).toEqual([undefined]);
    expect(reports).toEqual([
      {
        event: 'PartialsSubmitted.v1',
        transactionId: made.transactionId,
        isPassedOver: true,
      },
    ]);
  });
});

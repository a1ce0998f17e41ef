/** What creators of transactions signed: endorsers can make up an event, and nobody's signature. */
import type { SalusClient } from '@salus/client';
import {
  encodeReply,
  mspIdOf,
  openAttestation,
  openTransaction,
  type Invocation,
} from '@salus/proofs';

/** What somebody asked a contract for. The peers have checked the signature. */
export interface Submission {
  readonly channel: string;
  readonly chaincode: string;
  /** Who signed. */
  readonly mspId: string;
  /** The transaction's name and its arguments. */
  readonly args: readonly string[];
}

/** Finds what was submitted by a transaction's ID, in the blocks of the own peer. */
export type SubmissionSource = (transactionId: string) => Promise<Submission>;

/** Asks a peer of the own organisation. */
export function submissionsOf(
  client: Pick<SalusClient, 'ask' | 'channel' | 'mspId'>,
): SubmissionSource {
  return async (transactionId) => {
    const { channel, mspId } = client;
    const question = {
      contract: 'qscc',
      transaction: 'GetTransactionByID',
      args: [channel, transactionId],
    };
    const reply = encodeReply(await client.ask(mspId, question));
    const { envelope } = openAttestation(reply, { channel, transactionId });
    return submissionIn(openTransaction(envelope).invocation);
  };
}

export function submissionIn({ channel, chaincode, creator, args }: Invocation): Submission {
  const texts = args.map((arg) => Buffer.from(arg).toString('utf8'));
  return { channel, chaincode, mspId: mspIdOf(creator), args: texts };
}

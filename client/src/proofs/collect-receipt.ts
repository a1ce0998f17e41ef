import { setTimeout as sleep } from 'node:timers/promises';
import { common } from '@hyperledger/fabric-protos';
import {
  openAttestation,
  majority,
  verifyReceipt,
  type VerifyOptions,
  readChannelConfig,
  encodeReply,
  type Attestation,
  type DecisionReceipt,
  reject,
  openTransaction,
} from '@salus/proofs';
import { SalusError, sha256Hex } from '@salus/protocol';
import type { Session } from '../session/session.js';

/** A peer may be some blocks behind the one that served the request. */
const PATIENCE_MS = 6_000;
const POLL_MS = 400;

/** What of a client a receipt is made with. */
export type ReceiptSource = Pick<Session, 'channel' | 'organizations' | 'ask' | 'contract'>;

/** Fetches the channel's configuration block from the own peer. */
export function fetchChannelConfig(client: Pick<Session, 'channel' | 'contract'>): Promise<Buffer> {
  return client.contract('cscc').evaluate('GetConfigBlock', { args: [client.channel] });
}

/**
 * Makes the receipt of a decision: asks a peer of each organisation of the profile whether its chain
 * holds the transaction. Verified before it is handed out.
 *
 * @param decisionId - ID of the transaction that asked for access
 * @throws SalusError as {@link verifyReceipt}; `ERR_NOT_FOUND`, `ERR_RECEIPT_TOO_FEW` when too few
 *   organisations' peers answer
 */
export async function collectReceipt(
  client: ReceiptSource,
  decisionId: string,
  options: VerifyOptions = {},
): Promise<DecisionReceipt> {
  const { channel, organizations } = client;
  const trust = await readChannelConfig(await fetchChannelConfig(client));
  const asked = organizations.map((mspId) => attest(client, mspId, decisionId));
  const answers = (await Promise.allSettled(asked)).flatMap((one) =>
    one.status === 'fulfilled' ? [one.value] : [],
  );
  const [first] = answers;
  if (!first) throw await absent(asked, decisionId);
  if (answers.length < majority(trust)) {
    const why = `peers of ${answers.length} organisations answer, ${majority(trust)} are needed`;
    throw reject('ERR_RECEIPT_TOO_FEW', why);
  }
  const receipt = describe(answers, first, { channel, transactionId: decisionId });
  verifyReceipt(receipt, trust, options);
  return receipt;
}

async function attest(
  client: ReceiptSource,
  mspId: string,
  transactionId: string,
): Promise<Attestation> {
  const question = {
    contract: 'qscc',
    transaction: 'GetTransactionByID',
    args: [client.channel, transactionId],
  };
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return encodeReply(await client.ask(mspId, question));
    } catch (error) {
      if (!isNotThere(error) || Date.now() >= until) throw error;
      await sleep(POLL_MS);
    }
  }
}

function isNotThere(error: unknown): boolean {
  return error instanceof SalusError && /no such transaction ID|not found/i.test(error.message);
}

/** The fault to tell when no peer attests. */
async function absent(asked: readonly Promise<unknown>[], decisionId: string): Promise<unknown> {
  const [cause] = (await Promise.allSettled(asked)).map((one) =>
    one.status === 'rejected' ? (one.reason as unknown) : undefined,
  );
  if (cause !== undefined && !isNotThere(cause)) return cause;
  return new SalusError('ERR_NOT_FOUND', 'No peer knows the decision', {
    argument: 'decisionId',
    got: decisionId,
    cause,
  });
}

function describe(
  attestations: readonly Attestation[],
  first: Attestation,
  subject: { readonly channel: string; readonly transactionId: string },
): DecisionReceipt {
  const { envelope } = openAttestation(first, subject);
  return describeTransaction(envelope, subject.channel, attestations);
}

/** Writes a receipt down; verifying it is another matter. */
export function describeTransaction(
  envelope: common.Envelope,
  channel: string,
  attestations: readonly Attestation[],
): DecisionReceipt {
  const { answer, invocation } = openTransaction(envelope);
  const [, ...args] = invocation.args;
  return {
    type: 'DecisionReceipt.v1',
    channel,
    chaincode: answer.chaincode,
    decision: readDecision(answer.payload),
    inputs: {
      arguments: args.map((arg) => sha256Hex(arg)),
      readWriteSet: sha256Hex(answer.readWriteSet),
    },
    envelope: Buffer.from(envelope.serializeBinary()).toString('base64'),
    attestations: [...attestations],
  };
}

function readDecision(payload: Uint8Array): DecisionReceipt['decision'] {
  try {
    return JSON.parse(Buffer.from(payload).toString('utf8')) as DecisionReceipt['decision'];
  } catch (cause) {
    throw reject('ERR_RECEIPT_MISMATCH', 'the transaction is not one that asked for access', cause);
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import {
  encodeReply,
  majority,
  openReply,
  readChannelConfig,
  reject,
  type PeerReply,
  type SignedAnswers,
} from '@salus/proofs';
import { SalusError } from '@salus/protocol';
import { fetchChannelConfig, type ReceiptSource } from './collect-receipt.js';

/** Peers may be some blocks apart. */
const PATIENCE_MS = 6_000;
const POLL_MS = 300;

/** A query of a contract. */
export interface SignedQuery {
  /** Name under which the contract is deployed. */
  readonly contract: string;
  readonly transaction: string;
  readonly request: object;
}

/**
 * Asks a peer of each organisation, until peers of more than half of the channel's say the same.
 *
 * @throws SalusError `ERR_RECEIPT_TOO_FEW` where too few agree; the contract's own error where that is what
 *   the first one says
 */
export async function collectSignedAnswers(
  client: ReceiptSource,
  { contract, transaction, request }: SignedQuery,
): Promise<SignedAnswers> {
  const needed = majority(await readChannelConfig(await fetchChannelConfig(client)));
  const args = [JSON.stringify(request)];
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const asked = await Promise.allSettled(
      client.organizations.map((mspId) => client.ask(mspId, { contract, transaction, args })),
    );
    const replies = asked.flatMap((one) =>
      one.status === 'fulfilled' ? [encodeReply(one.value)] : [],
    );
    const answers = agreeing(replies);
    if (answers.length >= needed) {
      const [json = ''] = args;
      const { channel } = client;
      const asks = { chaincode: contract, transaction, request: json };
      return { type: 'SignedAnswers.v1', channel, ...asks, answers: [...answers] };
    }
    if (Date.now() >= until || replies.length < needed) {
      throw failure(asked, `peers of ${answers.length} organisations agree, ${needed} are needed`);
    }
    await sleep(POLL_MS);
  }
}

/** The most that say the same. */
function agreeing(replies: readonly PeerReply[]): readonly PeerReply[] {
  const byAnswer = new Map<string, PeerReply[]>();
  for (const reply of replies) {
    const said = Buffer.from(openReply(reply).answer.payload).toString('base64');
    byAnswer.set(said, [...(byAnswer.get(said) ?? []), reply]);
  }
  return [...byAnswer.values()].reduce((most, one) => (one.length > most.length ? one : most), []);
}

function failure(asked: readonly PromiseSettledResult<unknown>[], why: string): unknown {
  const refused = asked.flatMap((one): unknown[] =>
    one.status === 'rejected' ? [one.reason] : [],
  );
  const [cause] = refused;
  const word = cause instanceof SalusError && cause.code !== 'ERR_PEER_UNREACHABLE';
  return word && refused.length === asked.length
    ? cause
    : reject('ERR_RECEIPT_TOO_FEW', why, cause);
}

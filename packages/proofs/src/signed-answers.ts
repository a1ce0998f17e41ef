/**
 * What a contract answers to a query, signed by peers of more than half of the channel's organisations.
 * Whoever is no member can check it against the channel's configuration alone.
 */
import { z } from 'zod';
import { ownOf } from '@salus/protocol';
import { type ChannelTrust } from './channel-config.js';
import { distinctOrganisations } from './distinct-organisations.js';
import { openReply, peerReply, type OpenedReply } from './peer-reply.js';
import { reject } from './rejection.js';
import { verifyPeer } from './signer.js';
import { majority } from './verify-receipt.js';

/** How old an answer may be unless told: peers refuse questions that are minutes off. */
export const DEFAULT_MAX_AGE_MS = 600_000;

export const signedAnswers = z.strictObject({
  type: z.literal('SignedAnswers.v1'),
  channel: z.string().min(1),
  chaincode: z.string().min(1),
  transaction: z.string().min(1),
  /** The one argument, a JSON text. */
  request: z.string(),
  answers: z.array(peerReply).min(1).max(1_000),
});
export type SignedAnswers = z.output<typeof signedAnswers>;

/** What a verifier expects. */
export interface SignedAnswersExpectation {
  /** Default `ehr`. */
  readonly chaincode?: string;
  readonly transaction: string;
  /** What was to be asked; members of the request that are named have to be these. */
  readonly request: Readonly<Record<string, unknown>>;
  readonly maxAgeMs?: number;
  /** Milliseconds since 1970; default now. */
  readonly now?: number;
}

/** An answer that is proven. */
export interface ProvenAnswer {
  readonly value: unknown;
  /** The whole request that was answered. */
  readonly request: Readonly<Record<string, unknown>>;
  readonly answeredBy: readonly string[];
  /** When the oldest of the questions was asked, in milliseconds since 1970. */
  readonly askedAt: number;
}

/**
 * Proves an answer without any network. It may be as old as its question, whose time whoever asked has
 * chosen within the minutes that peers allow.
 *
 * @throws SalusError `ERR_RECEIPT_…` as `verifyReceipt`, `ERR_RECEIPT_STALE`
 */
export function verifySignedAnswers(
  bundle: SignedAnswers,
  trust: ChannelTrust,
  expected: SignedAnswersExpectation,
): ProvenAnswer {
  const { maxAgeMs = DEFAULT_MAX_AGE_MS, now = Date.now() } = expected;
  if (bundle.channel !== trust.channel) {
    throw reject('ERR_RECEIPT_CHANNEL', `it is of ${bundle.channel}, not of ${trust.channel}`);
  }
  const request = readRequest(bundle.request);
  const opened = bundle.answers.map(openReply);
  for (const one of opened) requireQuestion(one, bundle, expected);
  for (const [name, value] of Object.entries(expected.request)) {
    if (ownOf(request, name) !== value)
      throw reject('ERR_RECEIPT_MISMATCH', `another ${name} was asked`);
  }
  const said = Buffer.from(opened[0]?.answer.payload ?? new Uint8Array());
  if (!opened.every(({ answer }) => said.equals(answer.payload))) {
    throw reject('ERR_RECEIPT_MISMATCH', 'peers answered differently');
  }
  const askedAt = Math.min(...opened.map(({ invocation }) => invocation.at));
  const latest = Math.max(...opened.map(({ invocation }) => invocation.at));
  if (now - askedAt > maxAgeMs || latest - now > maxAgeMs) {
    throw reject('ERR_RECEIPT_STALE', 'the answers are from another time');
  }
  return {
    value: JSON.parse(said.toString('utf8')) as unknown,
    request,
    answeredBy: distinctOrganisations(
      opened.map((one) => () => verifyPeer(one.signed, trust, now).mspId),
      { needed: majority(trust), what: 'answered' },
    ),
    askedAt,
  };
}

function requireQuestion(
  { invocation, asked }: OpenedReply,
  bundle: SignedAnswers,
  { chaincode = 'ehr', transaction }: SignedAnswersExpectation,
): void {
  const [name, request, ...more] = asked;
  if (invocation.channel !== bundle.channel) {
    throw reject('ERR_RECEIPT_CHANNEL', `an answer is not of ${bundle.channel}`);
  }
  if (
    invocation.chaincode !== chaincode ||
    (name !== transaction && name !== `ehr:${transaction}`) ||
    request !== bundle.request ||
    more.length > 0
  ) {
    throw reject('ERR_RECEIPT_MISMATCH', `a peer was not asked for ${transaction}`);
  }
}

function readRequest(text: string): Readonly<Record<string, unknown>> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch (cause) {
    throw reject('ERR_RECEIPT_MALFORMED', 'the request is not a JSON object', cause);
  }
}

/** The answer of a bundle whose signatures are nobody's concern, e.g. of who has just collected it. */
export function answerOf({ answers }: SignedAnswers): unknown {
  const [first] = answers;
  if (!first) throw reject('ERR_RECEIPT_MALFORMED', 'there is no answer');
  return JSON.parse(Buffer.from(openReply(first).answer.payload).toString('utf8')) as unknown;
}

/** A patient's audit trail that the patient can check without being a member of the channel. */
import { z } from 'zod';
import type { Page } from '@salus/protocol';
import type { AuditEntry } from '@salus/protocol/ehr';
import type { ChannelTrust } from './channel-config.js';
import { reject } from './rejection.js';
import { signedAnswers, verifySignedAnswers } from './signed-answers.js';

export const signedTrail = z.strictObject({
  type: z.literal('SignedTrail.v1'),
  pages: z.array(signedAnswers).min(1).max(10_000),
});
export type SignedTrail = z.output<typeof signedTrail>;

/** Which trail, and how it is asked for. */
export interface TrailOptions {
  readonly pseudonym: string;
  /** Name under which the contract is deployed; default `ehr`. */
  readonly chaincode?: string;
}

/** A trail that is proven: nothing added, nothing left out, as the peers had it then. */
export interface VerifiedTrail {
  readonly entries: readonly AuditEntry[];
  /** Organisations whose peers signed every page. */
  readonly answeredBy: readonly string[];
  /** When the oldest page was asked for. */
  readonly asOf: string;
}

/**
 * Proves a trail without any network: every page signed, the pages joined without a gap from first to last.
 *
 * @example
 * const trust = await readChannelConfig(await readFile('edge-east.block'));
 * const { entries } = verifySignedTrail(trail, trust, { pseudonym });
 * @throws SalusError `ERR_RECEIPT_…` as `verifySignedAnswers`
 */
export function verifySignedTrail(
  { pages }: SignedTrail,
  trust: ChannelTrust,
  {
    pseudonym,
    chaincode = 'ehr',
    ...time
  }: TrailOptions & { readonly maxAgeMs?: number; readonly now?: number },
): VerifiedTrail {
  const entries: AuditEntry[] = [];
  const expected = { chaincode, transaction: 'auditTrail', request: { pseudonym }, ...time };
  let bookmark: string | undefined;
  let answeredBy: readonly string[] | undefined;
  let oldest = Infinity;
  for (const page of pages) {
    const proven = verifySignedAnswers(page, trust, expected);
    if (bookmark === '' || proven.request['bookmark'] !== bookmark) {
      throw reject('ERR_RECEIPT_MISMATCH', 'the pages of the trail do not follow one another');
    }
    const answer = proven.value as Page<AuditEntry>;
    entries.push(...answer.results);
    // Of the first page, then of every later one what the one before says.
    bookmark = answer.bookmark;
    answeredBy = answeredBy?.filter((one) => proven.answeredBy.includes(one)) ?? proven.answeredBy;
    oldest = Math.min(oldest, proven.askedAt);
  }
  if (bookmark !== '')
    throw reject('ERR_RECEIPT_MISMATCH', 'the last page of the trail is missing');
  return { entries, answeredBy: answeredBy ?? [], asOf: new Date(oldest).toISOString() };
}

import type { Context } from 'fabric-contract-api';
import { pageState } from '@salus/chaincode-common';
import type { Page } from '@salus/protocol';
import type { AuditEntry, AuditTrailRequest } from '@salus/protocol/ehr';
import { auditOf } from '../rules/decision.js';
import { entryOf, isGrant, isShare } from '../rules/stored-grant.js';
import { mergeTrail } from '../rules/trail.js';
import { auditKey } from '../state/keys.js';
import { isDecision, type AuditLine } from './decisions.js';
import { everyGrant } from './grants.js';

/**
 * A page of a patient's audit trail. What happened stands under keys in order of time, but for grants and
 * onward shares. Those tell themselves who brought them and when, which spares the most frequent write a
 * key. A page covers the time from its bookmark to the next one's, and the grants of that time are put in,
 * beyond the page's size.
 */
export async function auditTrail(
  ctx: Context,
  { pseudonym, ...request }: AuditTrailRequest,
): Promise<Page<AuditEntry>> {
  const page = await pageState<AuditLine>(ctx, auditKey(pseudonym), request);
  const lines = page.results.map((line) => (isDecision(line) ? auditOf(line) : line));
  const grants = (await everyGrant(ctx, pseudonym))
    .filter((stored) => isGrant(stored) || isShare(stored))
    .map(entryOf);
  const results = mergeTrail(lines, grants, {
    from: timeIn(ctx, request.bookmark),
    to: timeIn(ctx, page.bookmark),
  });
  return { results, fetchedRecordsCount: results.length, bookmark: page.bookmark };
}

/** A bookmark is the key that the next page begins with. */
function timeIn(ctx: Context, bookmark = ''): string | undefined {
  return bookmark === '' ? undefined : ctx.stub.splitCompositeKey(bookmark).attributes[1];
}

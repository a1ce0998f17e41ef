import { pageState, type Page } from '@salus/chaincode-common';
import type { Context } from 'fabric-contract-api';
import type { AuditEntry, AuditTrailRequest } from '../api.js';
import { auditKey } from '../keys.js';
import { mergeTrail } from '../rules/trail.js';
import { grantEntries } from './consent.js';

/**
 * A page of a patient's audit trail. What happened stands under keys in order of time, but for grants:
 * a grant tells itself who relayed it and when, which spares the most frequent write a key. A page
 * covers the time from its bookmark to the next one's, and the grants of that time are put in, beyond
 * the page's size.
 */
export async function auditTrail(
  ctx: Context,
  { pseudonym, ...request }: AuditTrailRequest,
): Promise<Page<AuditEntry>> {
  const page = await pageState<AuditEntry>(ctx, auditKey(pseudonym), request);
  const grants = await grantEntries(ctx, pseudonym);
  const results = mergeTrail(page.results, grants, {
    from: timeIn(ctx, request.bookmark),
    to: timeIn(ctx, page.bookmark),
  });
  return { results, fetchedRecordsCount: results.length, bookmark: page.bookmark };
}

/** A bookmark is the key that the next page begins with. */
function timeIn(ctx: Context, bookmark = ''): string | undefined {
  return bookmark === '' ? undefined : ctx.stub.splitCompositeKey(bookmark).attributes[1];
}

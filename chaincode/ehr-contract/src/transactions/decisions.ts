import type { Context } from 'fabric-contract-api';
import { getState, pageState, putState, requireState } from '@salus/chaincode-common';
import { notFound, type Page } from '@salus/protocol';
import type {
  ActorEntry,
  ActorTrailRequest,
  AuditEntry,
  Decision,
  DecisionRef,
} from '@salus/protocol/ehr';
import { auditOf, refOf } from '../rules/decision.js';
import { actorKey, decisionKey } from '../state/keys.js';

/** Decisions are lines of the patient's audit trail; of the actor's trail, pointers to them. */

export async function putDecision(ctx: Context, decision: Decision): Promise<void> {
  const { decidedAt, decisionId, requester } = decision;
  await putState(ctx, decisionKey(decision), decision);
  const actor = actorKey(requester.mspId, requester.id, decidedAt, decisionId);
  await putState(ctx, actor, refOf(decision));
}

/** @throws SalusError ERR_NOT_FOUND */
export async function getDecision(ctx: Context, ref: DecisionRef): Promise<Decision> {
  const found = await getState<AuditLine>(ctx, decisionKey(ref));
  if (found !== undefined && isDecision(found)) return found;
  throw notFound('decision');
}

/** What stands under an audit key. */
export type AuditLine = AuditEntry | Decision;

export function isDecision(line: AuditLine): line is Decision {
  return 'policy' in line;
}

/** What an actor, or anybody of an organisation, has asked for, by pages. */
export async function actorTrail(
  ctx: Context,
  { mspId, id, ...request }: ActorTrailRequest,
): Promise<Page<ActorEntry>> {
  const prefix = id === undefined ? actorKey(mspId) : actorKey(mspId, id);
  const page = await pageState<DecisionRef>(ctx, prefix, request);
  const results: ActorEntry[] = [];
  for (const ref of page.results) {
    const decision = await requireState<Decision>(ctx, decisionKey(ref), 'decision');
    results.push({ ...auditOf(decision), pseudonym: ref.pseudonym });
  }
  return { ...page, results };
}

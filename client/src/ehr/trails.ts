import { MAX_PAGE_SIZE } from '@salus/protocol';
import type { ActorEntry, ActorTrailRequest, AuditEntry } from '@salus/protocol/ehr';
import { allResults, type PageOptions } from '../transaction/pages.js';
import type { AnswerOf, EhrCalls, Query } from './calls.js';

/** Whose trail: everybody of an organisation, or one by ID. */
export type Actor = Pick<ActorTrailRequest, 'mspId' | 'id'>;

/** What happened, by patient and by actor. */
export interface TrailCalls {
  /** One page of what happened to a patient's data, in order of time. */
  auditTrail(pseudonym: string, options?: PageOptions): Promise<AnswerOf<'auditTrail'>>;
  /** All that happened to a patient's data, page after page. */
  audit(pseudonym: string): AsyncIterable<AuditEntry>;
  /** One page of what somebody, or everybody of an organisation, asked for. */
  readonly actorTrail: Query<'actorTrail'>;
  /** All of it, page after page. */
  actorAudit(actor: Actor): AsyncIterable<ActorEntry>;
}

export function trailCalls({ queries, contract }: EhrCalls): TrailCalls {
  const auditTrail: TrailCalls['auditTrail'] = (pseudonym, options = {}) =>
    contract.evaluate('auditTrail', { pseudonym, pageSize: MAX_PAGE_SIZE, ...options });
  const actorTrail = queries('actorTrail');
  return {
    auditTrail,
    audit: (pseudonym) => allResults((bookmark) => auditTrail(pseudonym, { bookmark })),
    actorTrail,
    actorAudit: (actor) =>
      allResults((bookmark) => actorTrail({ ...actor, pageSize: MAX_PAGE_SIZE, bookmark })),
  };
}

import type { PartPermission } from '@salus/content';
import { SalusError } from '@salus/protocol';

/** The query of a request for a part: by what the ledger permits it. @throws SalusError `ERR_NO_DECISION` */
export function queryOf(permission: PartPermission | undefined): string {
  if (!permission) {
    throw new SalusError('ERR_NO_DECISION', 'A store is asked by a decision of the ledger', {
      argument: 'permission',
    });
  }
  if ('repair' in permission) {
    const { pseudonym, recordId } = permission.repair;
    return new URLSearchParams({ pseudonym, repair: recordId }).toString();
  }
  const { pseudonym, decidedAt, decisionId } = permission.decision;
  return new URLSearchParams({ pseudonym, decidedAt, decision: decisionId }).toString();
}

/** Whom a store serves a part. */
import type { PartPermission } from '@salus/client/content';
import { denied, unproven } from '@salus/client/trust';
import type { VerifiedMember } from '@salus/proofs';
import type { HealthRecord } from '@salus/protocol/ehr';
import type { Pins } from '@salus/service-kit';
import type { LedgerView } from './ledger-view.js';
import type { ProofCache } from './proof-cache.js';

/** Role of those who run an organisation's store. */
export const STORE_KEEPER = 'store';

/** Who asks for which part, and by what the ledger is to permit it. */
export interface PartRequest {
  readonly asker: VerifiedMember;
  readonly root: string;
  readonly permission: PartPermission;
  readonly now: number;
}

export interface PartJudge {
  /** Whose store this is. */
  readonly mspId: string;
  readonly ledger: Pick<LedgerView, 'getRecord'>;
  readonly consent: Pick<ProofCache, 'prove'>;
  readonly pins: Pick<Pins, 'matches'>;
}

/**
 * Decides whether a part may be served:
 * - by a decision of the ledger that the patient's consent bears out, for a record that has this part at
 *   this store, to the one it was made for, while it holds
 * - for a repair, to the keepers of a store that has a part of the same record by the ledger
 *
 * @throws SalusError `ERR_NO_DECISION`, `ERR_CONSENT_UNPROVEN`, or the ledger's `ERR_NOT_FOUND`
 */
export async function checkPartRequest(request: PartRequest, judge: PartJudge): Promise<void> {
  const { asker, root, permission, now } = request;
  if ('decision' in permission) {
    const { record } = await judge.consent.prove({ decision: permission.decision, asker, now });
    await requireOwnPart(record, root, judge);
    return;
  }
  if (asker.role !== STORE_KEEPER) throw denied(`only the role ${STORE_KEEPER} repairs`);
  const record = await judge.ledger.getRecord(permission.repair);
  if (record.erasedAt !== undefined) throw denied('the record was erased');
  if (!record.layout.parts.some(({ store }) => store === asker.mspId)) {
    throw denied('the organisation keeps no part of the record');
  }
  await requireOwnPart(record, root, judge);
}

/**
 * A record's parts that lie here, and whose they are.
 *
 * @throws SalusError `ERR_NO_DECISION` where the part is none of them; `ERR_CONSENT_UNPROVEN` where
 *   another organisation put it: anybody may anchor the roots of another's parts as a record of its own
 */
export async function requireOwnPart(
  { layout, custodian }: Pick<HealthRecord, 'layout' | 'custodian'>,
  root: string,
  { mspId, pins }: Pick<PartJudge, 'mspId' | 'pins'>,
): Promise<void> {
  const isHere = layout.parts.some((part) => part.root === root && part.store === mspId);
  if (!isHere) throw denied('the record has no such part at this store');
  if (await pins.matches('content', root, custodian)) return;
  throw unproven('another organisation put the part');
}

/** Permission as a request's query says it. @throws SalusError `ERR_NO_DECISION` */
export function permissionOf(query: URLSearchParams): PartPermission {
  const [pseudonym, decidedAt, decisionId, recordId] = [
    ...['pseudonym', 'decidedAt', 'decision', 'repair'],
  ].map((name) => query.get(name) ?? undefined);
  if (pseudonym !== undefined && recordId !== undefined) {
    return { repair: { pseudonym, recordId } };
  }
  if (pseudonym !== undefined && decidedAt !== undefined && decisionId !== undefined) {
    return { decision: { pseudonym, decidedAt, decisionId } };
  }
  throw denied('the request names none');
}

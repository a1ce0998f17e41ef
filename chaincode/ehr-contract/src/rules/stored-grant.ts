import {
  verifiedClaims,
  type AccessGrant,
  type ConsentState,
  type StatementClaims,
} from '@salus/protocol';
import {
  standing,
  type AuditEntry,
  type OnwardShare,
  type Patient,
  type SignedGrant,
} from '@salus/protocol/ehr';

/** A grant as the ledger keeps it: everything else is in what the patient signed. */
export interface StoredGrant {
  readonly grantId: string;
  readonly statement: string;
  readonly grantedAt: string;
  /** The delegation that a delegate signed it under. */
  readonly delegateId?: string;
  readonly withdrawnAt?: string;
  /** `kid` of the key that withdrew it. */
  readonly withdrawnBy?: string;
  /** The delegation that a delegate withdrew it under. */
  readonly withdrawnUnder?: string;
  /** Who brought it, for the audit trail. */
  readonly relayed: Relayed;
}

type Relayed = Pick<AuditEntry, 'by' | 'transactionId'>;

/** An onward share as the ledger keeps it. */
export interface StoredShare extends Omit<OnwardShare, 'sharedBy'> {
  readonly relayed: Relayed;
}

/** Stands in the place of a grant that was withdrawn before it came. */
export interface Tombstone {
  readonly grantId: string;
  readonly buriedAt: string;
}

export type Stored = StoredGrant | StoredShare | Tombstone;

export function isGrant(stored: Stored): stored is StoredGrant {
  return 'statement' in stored;
}

export function isShare(stored: Stored): stored is StoredShare {
  return 'shareId' in stored;
}

/** A grant with what it says. */
export function describeGrant({ statement, ...stored }: StoredGrant): SignedGrant {
  // It was verified before it was stored.
  const claims = verifiedClaims(statement) as AccessGrant & StatementClaims;
  const { type, channel, contract, audience, jti, iat, exp, ...terms } = claims;
  const { grantId, grantedAt, delegateId, withdrawnAt, withdrawnBy, withdrawnUnder } = stored;
  return {
    ...terms,
    grantId,
    grantedAt,
    statement,
    ...(delegateId !== undefined && { delegateId }),
    ...(withdrawnAt !== undefined && { withdrawnAt }),
    ...(withdrawnBy !== undefined && { withdrawnBy }),
    ...(withdrawnUnder !== undefined && { withdrawnUnder }),
  };
}

/** A share with who made it: the submitter of its transaction. */
export function describeShare({ relayed, ...share }: StoredShare): OnwardShare {
  const { mspId, role, practitioner } = relayed.by;
  return {
    ...share,
    sharedBy: {
      mspId,
      ...(role !== undefined && { role }),
      ...(practitioner !== undefined && { practitioner }),
    },
  };
}

/** What a decision goes by. */
export function consentOf(patient: Patient, stored: readonly Stored[]): ConsentState {
  return {
    grants: stored.filter(isGrant).map((grant) => standing(patient, describeGrant(grant))),
    shares: stored.filter(isShare).map(describeShare),
  };
}

/** The line of the audit trail that a grant or share is. */
export function entryOf(stored: StoredGrant | StoredShare): AuditEntry {
  if (isShare(stored)) {
    const { relayed, sharedAt, grantId, shareId } = stored;
    return { ...relayed, at: sharedAt, action: 'SHARED_ONWARD', grantId, shareId };
  }
  const { grantId, grantedAt, decision } = describeGrant(stored);
  const action = decision === 'permit' ? 'GRANTED' : 'DENIED';
  return { ...stored.relayed, at: grantedAt, action, grantId };
}

/**
 * A grant and its statement have to be over for so long before the grant is put away. A transaction's time
 * is its submitter's, and may be off. By then nobody can relay the statement again. Nobody can put away a
 * deny that services, which go by their own clocks, would still honour.
 */
const MARGIN_MS = 3_600_000;

/**
 * Tells whether a grant or share can decide nothing any more and its statement can't come again. A
 * deny that was withdrawn may come back to force where the key that withdrew it turns out lost, so it
 * has to have ended.
 */
export function isOver(stored: Stored, at: string): boolean {
  const now = Date.parse(at);
  if (isShare(stored))
    return stored.withdrawnAt !== undefined || now >= Date.parse(stored.notAfter);
  if (!isGrant(stored)) return false;
  const { exp } = verifiedClaims(stored.statement) as StatementClaims;
  if (now < exp * 1000 + MARGIN_MS) return false;
  const { decision, notAfter, withdrawnAt } = describeGrant(stored);
  const hasEnded = now >= Date.parse(notAfter) + MARGIN_MS;
  return hasEnded || (decision === 'permit' && withdrawnAt !== undefined);
}

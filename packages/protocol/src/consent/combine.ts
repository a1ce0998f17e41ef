import type { AccessGrant, Obligation, PurposeOfUse } from './access-grant.js';
import { deniesRequest } from './deny.js';
import {
  GRANT_DEFECTS,
  judgeGrant,
  type AskedRecord,
  type AskingParty,
  type GrantDefect,
  type GrantRequest,
  type JudgedGrant,
} from './grant.js';
import { judgeShare, type JudgedShare } from './share.js';

/** Who asks for which record of which patient. */
export interface AccessQuestion extends Omit<GrantRequest, 'record'> {
  /** Undefined where the patient has no such record. */
  readonly record:
    | (AskedRecord & {
        readonly pseudonym: string;
        readonly custodian: string;
        readonly erasedAt?: string;
      })
    | undefined;
}

/** A grant of the patient's, permit or deny. */
export type NamedGrant = JudgedGrant &
  Pick<AccessGrant, 'maxUses' | 'onward' | 'obligations'> & { readonly grantId: string };

/** All that the ledger holds of a patient's consent. */
export interface ConsentState {
  readonly grants: readonly NamedGrant[];
  readonly shares: readonly JudgedShare[];
  /** There are more than a decision reads: one of them could be a deny. */
  readonly truncated?: boolean;
}

/** A permit that may be used. */
export interface PermittedUse {
  readonly grantId: string;
  /** The onward share of the grant. */
  readonly shareId?: string;
  /** Of the grant, for all its shares together. */
  readonly maxUses?: number;
  readonly obligations: readonly Obligation[];
}

export type RefusalReason =
  'UNKNOWN_RECORD' | 'ERASED' | 'TOO_MANY_GRANTS' | 'DENIED_BY_PATIENT' | GrantDefect;

/** What consent says, before counted uses are looked at. */
export type Ruling =
  | { readonly kind: 'SUBJECT' }
  | { readonly kind: 'CUSTODIAN' }
  /** Each of them suffices; the one to use first in front. */
  | { readonly kind: 'GRANTED'; readonly uses: readonly PermittedUse[] }
  | { readonly kind: 'DENIED'; readonly reason: RefusalReason; readonly grantId?: string };

/** What a custodian does with its own records without consent; for anything else it asks like others. */
export const CUSTODIAN_PURPOSES: readonly PurposeOfUse[] = [
  'TREAT',
  'ETREAT',
  'CAREMGT',
  'HPAYMT',
  'HOPERAT',
];

/**
 * The combining rule, `salus-consent/3`. The first that applies decides:
 *
 * 1. A record that is unknown or erased is denied.
 * 2. The patient whom it is about may read it, who asks by an own key.
 * 3. Where the patient has more grants than a decision reads, it is denied.
 * 4. A deny in force that concerns the request denies, whatever else permits. The record's custodian,
 *    asking for one of the `CUSTODIAN_PURPOSES`, is bound only by one that names it or a practitioner.
 * 5. A delegate of the patient may read it.
 * 6. The custodian may read for one of the `CUSTODIAN_PURPOSES`.
 * 7. A permit in force that covers the request permits; so does an onward share of one, within both. Those
 *    without a limit of uses come first, so that none is spent in vain, then those with fewer obligations.
 * 8. Else it is denied; the permit that came closest gives the reason (see `GRANT_DEFECTS`).
 */
export function decideConsent(question: AccessQuestion, consent: ConsentState): Ruling {
  const { record, requester } = question;
  if (record === undefined) return { kind: 'DENIED', reason: 'UNKNOWN_RECORD' };
  if (record.erasedAt !== undefined) return { kind: 'DENIED', reason: 'ERASED' };
  const isSubject = requester.patient === record.pseudonym;
  if (isSubject && requester.delegate === undefined) return { kind: 'SUBJECT' };
  if (consent.truncated === true) return { kind: 'DENIED', reason: 'TOO_MANY_GRANTS' };
  const request = { ...question, record };
  const ownRecord = isOwnRecord(request, record.custodian);
  const [deny] = consent.grants
    .filter((grant) => deniesRequest(request, grant, ownRecord))
    .sort(byId);
  if (deny !== undefined) {
    return { kind: 'DENIED', reason: 'DENIED_BY_PATIENT', grantId: deny.grantId };
  }
  if (isSubject) return { kind: 'SUBJECT' };
  return ownRecord ? { kind: 'CUSTODIAN' } : ruleByPermits(request, consent);
}

function ruleByPermits(request: GrantRequest, { grants, shares }: ConsentState): Ruling {
  const judged = [
    ...grants.map((grant) => ({ use: useOf(grant), defect: judgeGrant(request, grant) })),
    ...shares.map((share) => {
      const parent = grants.find(({ grantId }) => grantId === share.grantId);
      return {
        use: parent === undefined ? undefined : { ...useOf(parent), shareId: share.shareId },
        defect: judgeShare(request, share, parent, grants),
      };
    }),
  ];
  const uses = judged.flatMap(({ use, defect }) =>
    defect === undefined && use !== undefined ? [use] : [],
  );
  if (uses.length > 0) return { kind: 'GRANTED', uses: uses.sort(cheapestFirst) };
  return { kind: 'DENIED', reason: closest(judged.map(({ defect }) => defect ?? 'NO_GRANT')) };
}

function isOwnRecord(
  { requester, purpose }: { requester: AskingParty; purpose: PurposeOfUse },
  custodian: string,
): boolean {
  return (
    requester.patient === undefined &&
    requester.mspId === custodian &&
    CUSTODIAN_PURPOSES.includes(purpose)
  );
}

function useOf({ grantId, maxUses, obligations = [] }: NamedGrant): PermittedUse {
  return {
    grantId,
    ...(maxUses !== undefined && { maxUses }),
    obligations: [...obligations].sort(),
  };
}

function cheapestFirst(a: PermittedUse, b: PermittedUse): number {
  return (
    Number(a.maxUses !== undefined) - Number(b.maxUses !== undefined) ||
    a.obligations.length - b.obligations.length ||
    (idOf(a) < idOf(b) ? -1 : 1)
  );
}

function idOf({ grantId, shareId = '' }: PermittedUse): string {
  return `${grantId} ${shareId}`;
}

function byId(a: NamedGrant, b: NamedGrant): number {
  return a.grantId < b.grantId ? -1 : 1;
}

function closest(defects: readonly GrantDefect[]): GrantDefect {
  const ranks = defects.map((defect) => GRANT_DEFECTS.indexOf(defect));
  return GRANT_DEFECTS[Math.max(...ranks)] ?? 'NO_GRANT';
}

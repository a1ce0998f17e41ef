import {
  conflict,
  decideConsent,
  type AccessQuestion,
  type AskingParty,
  type ConsentState,
  type PurposeOfUse,
} from '@salus/protocol';
import type { RecordCopies } from '@salus/protocol/ehr';

/** A record as far as consent goes by it. */
export type CopiedRecord = NonNullable<AccessQuestion['record']>;

/** Whose copy it is, and by which consent, when. */
export interface Holding {
  readonly holder: string;
  readonly consent: ConsentState;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/**
 * Tells whether consent lets an organisation that is not the custodian know what a record is about: some of
 * its staff would be permitted to read the record for some purpose.
 */
export function mayHold(record: CopiedRecord, { holder, consent, at }: Holding): boolean {
  if (record.erasedAt !== undefined || record.custodian === holder) return false;
  return askedBy(holder, consent).some(
    (asking) => decideConsent({ record, at, ...asking }, consent).kind === 'GRANTED',
  );
}

/**
 * Demands that consent lets an organisation hold a copy of a record's details.
 *
 * @throws SalusError ERR_CONFLICT
 */
export function requireSharable(record: CopiedRecord, holding: Holding): void {
  if (mayHold(record, holding)) return;
  const message = `No consent lets ${holding.holder} know what the record is about`;
  throw conflict('holder', message, 'an organisation that a permit in force names', 'another one');
}

/** What is known of one organisation's copy. */
export interface Copy {
  readonly holder: string;
  /** Hash of its sealed keys; undefined where it holds no copy. */
  readonly keysHash: string | undefined;
}

/**
 * Which organisations are to get a copy of a record, or a newer one, and which are to lose theirs.
 *
 * @param keysHash - hash of the custodian's sealed keys; undefined before it has deposited any
 */
export function copiesOf(
  record: CopiedRecord,
  keysHash: string | undefined,
  { copies, ...by }: Omit<Holding, 'holder'> & { readonly copies: readonly Copy[] },
): RecordCopies {
  const judged = copies
    .filter(({ holder }) => holder !== record.custodian)
    .map((copy) => ({ ...copy, isEntitled: mayHold(record, { ...by, holder: copy.holder }) }));
  const named = (those: typeof judged) => those.map(({ holder }) => holder).sort();
  return {
    recordId: record.recordId,
    deposited: keysHash !== undefined,
    due: named(
      judged.filter((one) => one.isEntitled && keysHash !== undefined && one.keysHash !== keysHash),
    ),
    over: named(judged.filter((one) => !one.isEntitled && one.keysHash !== undefined)),
  };
}

/** Every organisation that a patient's permits and shares name. */
export function namedBy({ grants, shares }: ConsentState): string[] {
  const permits = grants.filter(({ decision }) => decision === 'permit');
  const named = [...permits, ...shares].map(({ grantee }) => grantee.mspId);
  return [...new Set(named.filter((mspId) => mspId !== undefined))].sort();
}

/** For each permit or share that names an organisation, the staff and the purposes that it was made for. */
function askedBy(
  holder: string,
  { grants, shares }: ConsentState,
): { readonly requester: AskingParty; readonly purpose: PurposeOfUse }[] {
  const permits = grants.filter(({ decision }) => decision === 'permit');
  const purposesOf = (id: string) => permits.find(({ grantId }) => grantId === id)?.purposes;
  return [...permits, ...shares]
    .filter(({ grantee }) => grantee.mspId === holder)
    .flatMap(({ grantId, grantee: { role, practitioner } }) =>
      (purposesOf(grantId) ?? ANY_PURPOSE).map((purpose) => ({
        requester: {
          mspId: holder,
          ...(role !== undefined && { role }),
          ...(practitioner !== undefined && { practitioner }),
        },
        purpose,
      })),
    );
}

/** What stands for a permit without purposes: it is for all of them. */
const ANY_PURPOSE: readonly PurposeOfUse[] = ['TREAT'];

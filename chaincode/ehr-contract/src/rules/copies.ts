import {
  conflict,
  CUSTODIAN_PURPOSES,
  decideConsent,
  NO_END,
  SalusError,
  type AccessQuestion,
  type AskingParty,
  type ConsentState,
  type PurposeOfUse,
} from '@salus/protocol';
import type { Ending, RecordCopies } from '@salus/protocol/ehr';
import { isReading, KEY_SERVICE, requireReading } from './roles.js';

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
  if (record.custodian === holder) return false;
  return namingsOf(holder, consent).some(({ purposes, ...named }) =>
    isGranted(record, { requester: { mspId: holder, ...named }, purposes }, { consent, at }),
  );
}

/** Who wants to know what a record is about, and by which consent, when. */
export interface Knowing extends Omit<Holding, 'holder'> {
  readonly who: AskingParty;
}

/**
 * Demands that a caller may know what a record is about, by its role and by consent. The key service serves
 * others: it may know what its organisation may. Of the custodian's practitioners, consent keeps those out whom
 * the patient denies every reading that a custodian needs no permit for. Its desk, which is no practitioner,
 * registers further records. Of another organisation's staff, consent lets in those who would be permitted to
 * read the record. A role whose work takes no details counts where a permit names it.
 *
 * @throws SalusError ERR_FORBIDDEN
 */
export function requireKnowing(record: CopiedRecord, { who, ...by }: Knowing): void {
  const isOwn = record.custodian === who.mspId;
  if (isOwn) requireReading(who);
  const knows = isOwn ? !isKeptFrom(record, who, by) : mayKnow(record, who, by);
  if (knows) return;
  throw new SalusError('ERR_FORBIDDEN', 'Consent does not let the caller know of the record', {
    argument: 'recordId',
    expected: `a record of ${who.mspId} that it may read, or one that a permit opens to the caller`,
    got: `one that ${record.custodian} keeps`,
  });
}

function mayKnow(record: CopiedRecord, who: AskingParty, by: Omit<Holding, 'holder'>): boolean {
  if (who.role === KEY_SERVICE) return mayHold(record, { holder: who.mspId, ...by });
  return namingsOf(who.mspId, by.consent)
    .filter(({ role }) => isReading(who) || (role !== undefined && role === who.role))
    .some(({ purposes }) => isGranted(record, { requester: who, purposes }, by));
}

function isKeptFrom(
  record: CopiedRecord,
  who: AskingParty,
  { consent, at }: Omit<Holding, 'holder'>,
): boolean {
  if (who.practitioner === undefined) return false;
  return CUSTODIAN_PURPOSES.every((purpose) => {
    const ruling = decideConsent({ record, requester: who, purpose, at }, consent);
    return ruling.kind === 'DENIED' && ruling.reason === 'DENIED_BY_PATIENT';
  });
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

/**
 * The earliest time to come at which a permit, a deny or a share begins or ends, or the end of a key becomes
 * final. Until then only events change who may know what. A boundary makes none. What has no end is no boundary.
 */
export function nextChange(
  { grants, shares }: ConsentState,
  at: string,
  endings: readonly Pick<Ending, 'finalAt'>[] = [],
): string | undefined {
  const standing = grants.filter(
    ({ withdrawnAt, voided }) => withdrawnAt === undefined && voided !== true,
  );
  const bounds = [
    ...standing.flatMap(({ notBefore, notAfter }) => [notBefore, notAfter]),
    ...shares.filter(({ withdrawnAt }) => withdrawnAt === undefined).map((one) => one.notAfter),
    ...endings.map(({ finalAt }) => finalAt),
  ];
  const now = Date.parse(at);
  const later = bounds
    .map((bound) => Date.parse(bound))
    .filter((bound) => bound > now && bound < Date.parse(NO_END));
  return later.length === 0 ? undefined : new Date(Math.min(...later)).toISOString();
}

/** What a permit or share says of those whom it names in an organisation. */
interface Naming {
  readonly role?: string;
  readonly practitioner?: string;
  readonly purposes: readonly PurposeOfUse[];
}

/** Every permit and share that names an organisation, with the purposes that it was made for. */
function namingsOf(holder: string, { grants, shares }: ConsentState): Naming[] {
  const permits = grants.filter(({ decision }) => decision === 'permit');
  const purposesOf = (id: string) => permits.find(({ grantId }) => grantId === id)?.purposes;
  return [...permits, ...shares]
    .filter(({ grantee }) => grantee.mspId === holder)
    .map(({ grantId, grantee: { role, practitioner } }) => ({
      ...(role !== undefined && { role }),
      ...(practitioner !== undefined && { practitioner }),
      purposes: purposesOf(grantId) ?? ANY_PURPOSE,
    }));
}

function isGranted(
  record: CopiedRecord,
  { requester, purposes }: { requester: AskingParty; purposes: readonly PurposeOfUse[] },
  { consent, at }: Omit<Holding, 'holder'>,
): boolean {
  return purposes.some(
    (purpose) => decideConsent({ record, requester, purpose, at }, consent).kind === 'GRANTED',
  );
}

/** What stands for a permit without purposes: it is for all of them. */
const ANY_PURPOSE: readonly PurposeOfUse[] = ['TREAT'];

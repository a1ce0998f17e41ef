import { deniedLabels } from '@salus/fhir';
import { DAY_MS, NO_END, accessGrant, type AccessGrant } from '@salus/protocol';
import { hex, sha256, utf8 } from './bytes.js';
import { categoryTagOf, labelTagOf } from './derive.js';
import {
  beginEpochs,
  depositsFor,
  epochsOf,
  nextKeys,
  wholeGrants,
  type CategoryKeyDeposit,
} from './epochs.js';
import { unfit } from './faults.js';
import type { RequestOf } from './requests.js';
import type { WalletSession } from './session.js';
import type { InstitutionKind, KeptGrant } from './state.js';
import { shownAs, wordingOf, type ConsentWording } from './texts.js';

export type GrantRequest = RequestOf<'grant'>;

/** A signed grant or withdrawal, and what is to be deposited with grantees once it is on the ledger. */
export interface SignedConsent {
  readonly statement: string;
  readonly pseudonym: string;
  readonly grantId: string;
  readonly deposits: readonly CategoryKeyDeposit[];
}

/** Signs a grant or a denial, and keeps which text was shown for it. */
export async function grant(
  session: WalletSession,
  kind: InstitutionKind,
  request: GrantRequest,
): Promise<SignedConsent> {
  const pseudonym = await session.pseudonym(kind);
  const key = session.keyFor(kind, 'consent');
  const grantId = crypto.randomUUID();
  const body = await grantBody(session, {
    pseudonym,
    tagKey: await session.tagKey(kind),
    request,
    grantId,
  });
  const kept: KeptGrant = {
    grantId,
    kind,
    decision: request.decision,
    ...(request.grantee.mspId !== undefined && { mspId: request.grantee.mspId }),
    ...(request.categories && { categories: request.categories }),
    whole: isWhole(request),
    signedAt: session.time(),
    notAfter: body.notAfter,
  };
  session.state.grants.push(kept);
  const epochs = kept.whole ? epochsOf(session, kind, kept.categories ?? []) : [];
  return {
    statement: await session.sign(key, 'AccessGrant.v1', body, grantId),
    pseudonym,
    grantId,
    deposits: await depositsFor(session, kind, epochs, [kept]),
  };
}

/**
 * Whether a grant is of whole categories to an organisation, so that it gets their keys. Whatever narrows
 * it is a condition that no key can keep, so narrower ones never get one. An obligation narrows: with the key,
 * the organisation would open the content before it is de-identified.
 */
export function isWhole({ decision, grantee, ...terms }: GrantRequest): boolean {
  const { mspId, role, practitioner, patient } = grantee;
  const { labels, records, purposes, obligations } = terms;
  const narrowed = [role, practitioner, patient, labels, records, purposes, obligations];
  return (
    decision === 'permit' &&
    mspId !== undefined &&
    terms.categories !== undefined &&
    terms.maxUses === undefined &&
    terms.onward !== false &&
    narrowed.every((one) => one === undefined)
  );
}

/** The body of `AccessGrant.v1`; the text shown for it is kept. */
export async function grantBody(
  session: WalletSession,
  {
    pseudonym,
    tagKey,
    request,
    grantId,
    latest,
  }: {
    readonly pseudonym: string;
    readonly tagKey: string;
    readonly request: GrantRequest;
    readonly grantId: string;
    /** A permit ends no later than this. */
    readonly latest?: string;
  },
): Promise<AccessGrant> {
  const { decision, grantee, categories, records, purposes } = request;
  const { maxUses, onward, obligations, template } = request;
  const categoryTags = await tagged(categories, (one) => categoryTagOf(tagKey, one));
  const labelTags = await tagged(labelsOf(request), (one) => labelTagOf(tagKey, one));
  const wished = endOf(request, session.now);
  const isCut = decision === 'permit' && latest !== undefined && latest < wished;
  const notAfter = isCut ? latest : wished;
  const text = await hashedText(request);
  const body = checked({
    pseudonym,
    decision,
    grantee: defined(grantee),
    scope: defined({ categoryTags, labelTags, records }),
    notBefore: session.begin,
    notAfter,
    ...defined({ purposes, maxUses, onward, obligations, template }),
    text,
  });
  const shown = shownText(request, notAfter);
  const { text: wording } = textOf(request);
  session.state.texts.push({ ...text, text: wording, shown, at: session.time(), grantId });
  return body;
}

/** The labels that are signed: of a denial also those that it closes with the ones named. */
export function labelsOf({ decision, labels }: GrantRequest): GrantRequest['labels'] {
  return labels && decision === 'deny' ? [...deniedLabels(labels)] : labels;
}

/** When a grant that is asked for now ends. Only a denial may have no end. */
export function endOf({ days, until }: GrantRequest, now: number): string {
  const ends = [
    ...(days === undefined ? [] : [now + days * DAY_MS]),
    ...(until === undefined ? [] : [Date.parse(until)]),
  ];
  const end = Math.min(...ends, Date.parse(NO_END));
  return end === Date.parse(NO_END) ? NO_END : new Date(end).toISOString();
}

/** What the contract would refuse is told before anything is signed. */
function checked(body: object): AccessGrant {
  const parsed = accessGrant.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw unfit(issue?.path.map(String).join('.') ?? 'grant', issue?.message ?? 'a grant');
}

/** What the statement says of the text. */
async function hashedText(request: GrantRequest) {
  const { language, version, text } = textOf(request);
  return { hash: hex(await sha256(utf8(text))), language, version };
}

/** The text that belongs to a request: the institution's own, or the wallet's. */
export function textOf(request: GrantRequest): ConsentWording {
  const { text, template, language } = request;
  return text ?? wordingOf(template ?? ownTextOf(request), language);
}

function ownTextOf(request: GrantRequest): 'grant' | 'deny' | 'deny-until' {
  if (request.decision === 'permit') return 'grant';
  return endOf(request, 0) === NO_END ? 'deny' : 'deny-until';
}

/** The text with the names filled in, as it stands before the patient's eyes. */
export function shownText(request: GrantRequest, notAfter: string): string {
  const { grantee, categories = [], labels = [], records = [] } = request;
  const staff = [grantee.practitioner, grantee.role].filter((one) => one !== undefined);
  const who = [...staff, grantee.mspId ?? grantee.patient ?? '*'].join(', ');
  const what = [...categories, ...labels.map(({ code }) => code), ...records].join(', ');
  return shownAs(textOf(request), {
    grantee: who,
    scope: what === '' ? '*' : what,
    end: notAfter.slice(0, 10),
  });
}

/**
 * Signs a withdrawal. Where the grant had handed out category keys, the next epochs begin with it, and the
 * organisations whose grants stay get their keys. Signed again, it says the same.
 */
export async function withdraw(
  session: WalletSession,
  kind: InstitutionKind,
  grantId: string,
): Promise<SignedConsent> {
  const pseudonym = await session.pseudonym(kind);
  const kept = session.state.grants.find((one) => one.grantId === grantId && one.kind === kind);
  if (kept && !kept.withdrawn) {
    const next = kept.whole ? beginEpochs(session, kind, kept.categories ?? []) : [];
    kept.withdrawn = { at: session.time(), next: [...next] };
  }
  const epochs = kept?.withdrawn?.next ?? [];
  const body = {
    pseudonym,
    grant: grantId,
    ...(epochs.length > 0 && { nextKeys: await nextKeys(session, kind, epochs) }),
  };
  return {
    statement: await session.sign(session.keyFor(kind, 'consent'), 'ConsentWithdrawal.v1', body),
    pseudonym,
    grantId,
    deposits: await depositsFor(session, kind, epochs, wholeGrants(session, kind)),
  };
}

/** The categories of grants that ran out, whose keys their grantees still hold. */
export function outrunCategories(
  { state, now }: WalletSession,
  kind: InstitutionKind,
): readonly string[] {
  const over = state.grants.filter(
    (one) => one.kind === kind && one.whole && !one.withdrawn && Date.parse(one.notAfter) <= now,
  );
  return [...new Set(over.flatMap(({ categories = [] }) => categories))];
}

async function tagged<T>(
  items: readonly T[] | undefined,
  tag: (item: T) => Promise<string>,
): Promise<string[] | undefined> {
  return items && (await Promise.all(items.map(tag)));
}

function defined<T extends object>(value: T): Partial<T> {
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members) as Partial<T>;
}

import { accessGrant, SalusError, type AccessGrant, type Grantee } from '@salus/chaincode-common';
import { spanOf, utc } from '../fhir-time.js';
import { identifierIn } from '../ids.js';
import { SALUS, SYSTEM } from '../systems.js';
import {
  readConsent,
  type ConsentReference,
  type ConsentShape,
  type Provision,
} from './consent-shape.js';
import { both, NotTaken, readCriteria, type Criteria, type Reading } from './criteria.js';
import { without } from './exceptions.js';
import { Losses, type Loss } from './losses.js';
import type { TagNames } from './tag-names.js';
import { textOf } from './text-evidence.js';

export interface ConsentImportOptions {
  /** Whose consent it is; the Consent may not name another patient. */
  readonly pseudonym: string;
  readonly names: TagNames;
  /** When grants begin that say nothing of it. */
  readonly now: string;
  /** When permits end that say nothing of it; a grant always ends. */
  readonly until: string;
  /** Whom a reference means that bears none of Salus's identifiers. */
  readonly findGrantee?: (reference: ConsentReference) => Grantee | undefined;
  /** Which record a reference means that bears none of Salus's identifiers. */
  readonly findRecord?: (reference: ConsentReference) => string | undefined;
}

export interface ConsentImport {
  /** What the patient signs, each a statement of its own; nothing holds before. */
  readonly grants: readonly AccessGrant[];
  readonly losses: readonly Loss[];
}

/** Until when a deny holds that says nothing of its end. */
const FOREVER = '9999-12-31T23:59:59Z';
/** `scope.records` of a grant at most. */
const RECORDS_PER_GRANT = 100;

/**
 * Reads a FHIR R4 Consent as grants that a patient could sign. Whatever can't be carried over is told
 * as a loss; a permit never gets wider by it, a deny never narrower.
 *
 * @throws SalusError `ERR_FHIR_INVALID`, `ERR_TOO_LARGE`; `ERR_CONFLICT` where it is another patient's;
 *   `ERR_HASH_MISMATCH` where the text shown and its hash differ
 * @example
 * const { grants, losses } = grantsFromConsent(consent, { pseudonym, names, now, until });
 */
export function grantsFromConsent(value: unknown, options: ConsentImportOptions): ConsentImport {
  const consent = readConsent(value);
  const losses = new Losses();
  checkPatient(consent, options.pseudonym, losses);
  if (!isInForce(consent, losses) || !consent.provision) {
    if (!consent.provision) losses.add('provision', 'there is none: nothing is granted');
    return { grants: [], losses: losses.list };
  }
  const shared = sharedTerms(consent, options, losses);
  tellUntaken(consent, losses);
  const readings = {
    names: options.names,
    contained: consent.contained ?? [],
    findGrantee: options.findGrantee ?? (() => undefined),
    findRecord: options.findRecord ?? (() => undefined),
    losses,
  };
  const rules = rulesOf(consent.provision, 'provision', [], readings);
  const grants = rules.flatMap((rule) => grantsOf(rule, shared, options, losses));
  return { grants, losses: unique(losses.list) };
}

interface Rule {
  readonly decision: 'permit' | 'deny';
  readonly path: string;
  readonly criteria: Criteria;
}

interface Placed {
  readonly provision: Provision;
  readonly path: string;
}

type Readings = Omit<Reading, 'decision'>;

/** The rules of a provision and of those within, each with the criteria of all around it. */
function rulesOf(
  provision: Provision,
  path: string,
  around: readonly Placed[],
  readings: Readings,
): readonly Rule[] {
  const { losses } = readings;
  const chain = [...around, { provision, path }];
  const { type } = provision;
  tellUntakenOf(provision, path, losses);
  if (type === undefined && around.length > 0) {
    losses.add(`${path}.type`, 'R4 demands one here: the provision is not taken');
    return [];
  }
  const inner = (provision.provision ?? []).map((nested, index) => ({
    nested,
    at: `${path}.provision[${index}]`,
  }));
  const rulesWithin = (decision?: 'permit' | 'deny') =>
    inner
      .filter(({ nested }) => decision === undefined || nested.type === decision)
      .flatMap(({ nested, at }) => rulesOf(nested, at, chain, readings));
  const own = type && ruleOf(type, path, chain, readings);
  if (!own) return rulesWithin();
  if (type === 'permit') {
    for (const { nested, at } of inner) {
      if (nested.type !== 'deny') continue;
      losses.add(at, 'deny overrides: it holds against permits of other consents too');
    }
    return [own, ...rulesWithin()];
  }
  const permits = inner.filter(({ nested }) => nested.type === 'permit');
  if (permits.length === 0) return [own, ...rulesWithin()];
  const exceptions = permits.map(({ nested, at }) =>
    ruleOf('permit', at, [...chain, { provision: nested, path: at }], readings),
  );
  const known = exceptions.filter((rule) => rule !== undefined);
  const left =
    known.length === exceptions.length
      ? without(
          own.criteria,
          known.map(({ criteria }) => criteria),
          readings.names.categoryTags,
        )
      : undefined;
  if (left === undefined) {
    for (const { at } of permits) {
      losses.add(
        at,
        'deny overrides, and this exception can’t be taken out of it: it is not taken',
      );
    }
    return [own, ...rulesWithin('deny')];
  }
  return [...(left === 'nothing' ? [] : [{ ...own, criteria: left }]), ...rulesWithin()];
}

function ruleOf(
  decision: 'permit' | 'deny',
  path: string,
  chain: readonly Placed[],
  readings: Readings,
): Rule | undefined {
  try {
    let criteria: Criteria | undefined = {};
    for (const { provision, path: at } of chain) {
      const own = readCriteria(provision, at, { ...readings, decision });
      if (decision === 'deny' && criteria.labelTags && own.labelTags) {
        readings.losses.add(`${at}.securityLabel`, 'the labels around it are not asked for');
        criteria = Object.fromEntries(
          Object.entries(criteria).filter(([name]) => name !== 'labelTags'),
        );
      }
      criteria = both(criteria, own);
      if (criteria) continue;
      readings.losses.add(at, 'nothing can meet it and what is around it: it is not taken');
      return undefined;
    }
    return { decision, path, criteria };
  } catch (error) {
    if (error instanceof NotTaken) return undefined;
    throw error;
  }
}

/** What all grants of a Consent have in common. */
type SharedTerms = Pick<AccessGrant, 'text' | 'template'>;

function grantsOf(
  { decision, path, criteria }: Rule,
  shared: SharedTerms,
  options: ConsentImportOptions,
  losses: Losses,
): AccessGrant[] {
  const { names, pseudonym } = options;
  const { grantees = [{}], categoryTags, labelTags, records, purposes } = criteria;
  const isPermit = decision === 'permit';
  const isUnscoped = !categoryTags && !labelTags && !records;
  if (isPermit && isUnscoped) {
    losses.add(path, 'a permit names what it opens: it is taken for all categories that there are');
  }
  if (isPermit && criteria.notAfter === undefined) {
    losses.add(`${path}.period.end`, 'a grant ends: the time that was set for it is taken');
  }
  const { maxUses, onward, obligations } = criteria;
  const extras = { maxUses, onward, obligations };
  const given = Object.fromEntries(
    Object.entries(extras).filter(([, item]) => item !== undefined),
  ) as Partial<AccessGrant>;
  if (!isPermit && Object.keys(given).length > 0) {
    losses.add(path, 'a deny has no number of uses, obligations or onward sharing');
  }
  const scopes = chunks(records).map((some) => ({
    ...(categoryTags && { categoryTags: [...categoryTags] }),
    ...(labelTags && { labelTags: [...labelTags] }),
    ...(some && { records: [...some] }),
    ...(isPermit && isUnscoped && { categoryTags: [...names.categoryTags] }),
  }));
  return grantees.flatMap((grantee) =>
    scopes.flatMap((scope) => {
      const grant = accessGrant.safeParse({
        pseudonym,
        decision,
        grantee,
        scope,
        ...(purposes && { purposes: [...purposes] }),
        notBefore: criteria.notBefore ?? options.now,
        notAfter: criteria.notAfter ?? (isPermit ? options.until : FOREVER),
        ...(isPermit && given),
        ...shared,
      });
      if (grant.success) return [grant.data];
      const [issue] = grant.error.issues;
      const where = issue?.path.join('.') ?? '';
      losses.add(path, `it is no grant (${where} ${issue?.message ?? ''}): it is not taken`);
      return [];
    }),
  );
}

function chunks(
  records: readonly string[] | undefined,
): readonly (readonly string[] | undefined)[] {
  if (!records) return [undefined];
  const parts: string[][] = [];
  for (let start = 0; start < records.length; start += RECORDS_PER_GRANT) {
    parts.push(records.slice(start, start + RECORDS_PER_GRANT));
  }
  return parts;
}

function checkPatient({ patient }: ConsentShape, pseudonym: string, losses: Losses): void {
  const named = identifierIn(SALUS.pseudonym, patient?.identifier);
  if (named === pseudonym) return;
  if (named === undefined) {
    losses.add('patient', 'it bears no pseudonym: it is taken for the patient who signs');
    return;
  }
  throw new SalusError('ERR_CONFLICT', 'The Consent is of another patient', {
    argument: 'Consent.patient',
    expected: 'the pseudonym of the patient who signs',
    got: 'another pseudonym',
  });
}

function isInForce(consent: ConsentShape, losses: Losses): boolean {
  const before = losses.list.length;
  if (!['active', 'proposed', 'draft'].includes(consent.status)) {
    losses.add('status', 'it is not in force: nothing is granted');
  }
  const scopes = (consent.scope.coding ?? []).map(({ code }) => code);
  if (!scopes.includes('patient-privacy') && !scopes.includes('research')) {
    losses.add('scope', 'it is not about privacy: nothing is granted');
  }
  if (consent.implicitRules !== undefined) {
    losses.add('implicitRules', 'they are not known: nothing is granted');
  }
  if (consent.modifierExtension && consent.modifierExtension.length > 0) {
    losses.add('modifierExtension', 'it changes the meaning: nothing is granted');
  }
  return losses.list.length === before;
}

function sharedTerms(
  consent: ConsentShape,
  { pseudonym }: ConsentImportOptions,
  losses: Losses,
): SharedTerms {
  const rule = (consent.policyRule?.coding ?? []).find(({ system }) => system === SYSTEM.actCode);
  if (consent.policyRule && rule?.code !== 'OPTOUT') {
    losses.add('policyRule', 'nothing is open but by a permit; only the provisions are taken');
  }
  if ((consent.policy ?? []).some(({ uri }) => uri !== SALUS.policy)) {
    losses.add('policy', 'the policy is not known; only the provisions are taken');
  }
  const isPatient = (reference?: ConsentReference) =>
    identifierIn(SALUS.pseudonym, reference?.identifier) === pseudonym;
  if (!(consent.performer ?? []).every(isPatient)) {
    losses.add('performer', 'who signs on the ledger is who agrees');
  }
  if (!(consent.verification ?? []).every(({ verifiedWith }) => isPatient(verifiedWith))) {
    losses.add('verification', 'the patient’s signature is what verifies a grant');
  }
  if (consent.dateTime !== undefined && !spanOf(consent.dateTime)) {
    losses.add('dateTime', 'it is no FHIR time');
  }
  let template: string | undefined;
  for (const [index, extension] of (consent.extension ?? []).entries()) {
    const value = extension['valueString'];
    if (extension.url === SALUS.template && typeof value === 'string') template = value;
    // What was signed already says the same; who has it has no need to read the Consent.
    else if (extension.url !== SALUS.statement)
      losses.add(`extension[${index}]`, 'a grant has no such extension');
  }
  if ((consent.identifier ?? []).some(({ system }) => system !== SALUS.grantId)) {
    losses.add('identifier', 'a grant gets an identifier of its own');
  }
  const text = consent.sourceAttachment && textOf(consent.sourceAttachment, losses);
  return { ...(text && { text }), ...(template !== undefined && { template }) };
}

const TAKEN = [
  ...['resourceType', 'id', 'meta', 'implicitRules', 'contained', 'extension', 'modifierExtension'],
  ...['identifier', 'status', 'scope', 'category', 'patient', 'dateTime', 'performer'],
  ...['sourceAttachment', 'policy', 'policyRule', 'verification', 'provision'],
];
const TAKEN_OF_PROVISION = [
  ...['extension', 'modifierExtension', 'type', 'period', 'actor', 'action', 'securityLabel'],
  ...['purpose', 'class', 'code', 'dataPeriod', 'data', 'provision'],
];

function tellUntaken(consent: ConsentShape, losses: Losses): void {
  losses.addUntaken('', consent, TAKEN, 'a grant has nothing of the kind');
}

function tellUntakenOf(provision: Provision, path: string, losses: Losses): void {
  losses.addUntaken(path, provision, TAKEN_OF_PROVISION, 'a grant has nothing of the kind');
}

/** Criteria around several provisions are read once for each. */
function unique(losses: readonly Loss[]): readonly Loss[] {
  return [...new Map(losses.map((loss) => [`${loss.path} ${loss.reason}`, loss])).values()];
}

/** When a year has passed, the usual `until`. */
export function oneYearFrom(now: string): string {
  const end = new Date(now);
  end.setUTCFullYear(end.getUTCFullYear() + 1);
  return utc(end.getTime());
}

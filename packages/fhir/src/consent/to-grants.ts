import { accessGrant, NO_END, type AccessGrant, type Grantee } from '@salus/protocol';
import { utc } from '../fhir-time.js';
import { deniedLabels } from '../label-closure.js';
import { SYSTEM } from '../systems.js';
import { readConsent, type ConsentReference } from './consent-shape.js';
import { Losses, type Loss } from './losses.js';
import { rulesOf, type Rule } from './rules.js';
import {
  checkPatient,
  isAboutResearch,
  isInForce,
  sharedTerms,
  tellUntaken,
  type SharedTerms,
} from './shared-terms.js';
import type { TagNames } from './tag-names.js';

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
  const { pseudonym } = options;
  const losses = new Losses();
  checkPatient(consent, pseudonym, losses);
  if (!isInForce(consent, losses) || !consent.provision) {
    if (!consent.provision) losses.add('provision', 'there is none: nothing is granted');
    return { grants: [], losses: losses.list };
  }
  const shared = sharedTerms(consent, pseudonym, losses);
  tellUntaken(consent, losses);
  const readings = {
    names: options.names,
    contained: consent.contained ?? [],
    findGrantee: options.findGrantee ?? (() => undefined),
    findRecord: options.findRecord ?? (() => undefined),
    losses,
  };
  const rules = rulesOf(consent.provision, 'provision', [], readings).map((rule) =>
    isAboutResearch(consent) ? forResearch(rule, losses) : rule,
  );
  const grants = rules.flatMap((rule) => grantsOf(rule, shared, options, losses));
  return { grants, losses: unique(losses.list) };
}

/** A research consent decides on research alone: its denial is none of all care. */
function forResearch(rule: Rule, losses: Losses): Rule {
  if (rule.criteria.purposes) return rule;
  losses.add('scope', 'it is about research: it is taken for the purpose HRESCH and narrower ones');
  return { ...rule, criteria: { ...rule.criteria, purposes: ['HRESCH'] } };
}

function grantsOf(
  { decision, path, criteria }: Rule,
  shared: SharedTerms,
  options: ConsentImportOptions,
  losses: Losses,
): AccessGrant[] {
  const { names, pseudonym } = options;
  const { grantees = [{}], categoryTags, records, purposes } = criteria;
  const isPermit = decision === 'permit';
  const labelTags = isPermit
    ? criteria.labelTags
    : closedTags(criteria.labelTags, names, () => {
        losses.add(
          `${path}.securityLabel`,
          'a deny of a confidentiality is taken for it and for the higher ones',
        );
      });
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
        notAfter: criteria.notAfter ?? (isPermit ? options.until : NO_END),
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

/** The tags of all labels that a deny closes, as far as their names are known. */
function closedTags(
  tags: readonly string[] | undefined,
  names: TagNames,
  onHigher: () => void,
): readonly string[] | undefined {
  if (!tags) return undefined;
  const known = tags.map((tag) => names.labelOf(tag)).filter((label) => label !== undefined);
  const added = deniedLabels(known).filter((label) => {
    const tag = names.tagOfLabel(label);
    return tag !== undefined && !tags.includes(tag);
  });
  if (added.some(({ system }) => system === SYSTEM.confidentiality)) onHigher();
  return [
    ...tags,
    ...added.map((label) => names.tagOfLabel(label)).filter((tag) => tag !== undefined),
  ];
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

import { obligation, purposeOfUse, type Obligation } from '@salus/protocol';
import { spanOf, utc } from '../fhir-time.js';
import { identifierIn } from '../ids.js';
import { canonicalSystem } from '../system-names.js';
import { SALUS, SYSTEM } from '../systems.js';
import type { ConsentReference, Contained, Provision } from './consent-shape.js';
import type { Criteria } from './criterion.js';
import { granteeOf, type FindGrantee } from './grantee.js';
import { both } from './intersection.js';
import type { Losses } from './losses.js';
import { readModifiers } from './modifiers.js';
import { NotTaken } from './not-taken.js';
import type { TagNames } from './tag-names.js';

/** What the criteria are read with. */
export interface Reading {
  readonly decision: 'permit' | 'deny';
  readonly names: TagNames;
  readonly contained: readonly Contained[];
  readonly findGrantee: FindGrantee;
  readonly findRecord: (reference: ConsentReference) => string | undefined;
  readonly losses: Losses;
}

/**
 * Reads the criteria of one provision. What isn't understood never widens a permit. An alternative is left
 * out; where it was the only one, the permit isn't taken. Nor does it narrow a deny: the criterion is left
 * out, so that the deny covers more.
 *
 * @throws NotTaken
 */
export function readCriteria(provision: Provision, path: string, reading: Reading): Criteria {
  const { losses, names, decision } = reading;
  const obligations = new Set<Obligation>();
  const stated = (provision.securityLabel ?? []).map((one) =>
    one.system === undefined ? one : { ...one, system: canonicalSystem(one.system) },
  );
  const labels = stated.filter(({ system, code }) => {
    const bound = system === SYSTEM.actCode ? obligation.safeParse(code) : undefined;
    if (bound?.success) obligations.add(bound.data);
    return !bound?.success;
  });
  const modifiers = readModifiers(provision, path, reading);
  for (const code of modifiers.obligations) obligations.add(code);
  checkAction(provision, path, reading);
  const classes = alternatives(
    provision.class,
    `${path}.class`,
    reading,
    ({ system, code = '' }) => {
      if (system === SALUS.categoryTag) return code;
      return system === SALUS.category ? names.tagOfCategory(code) : undefined;
    },
  );
  const codes = alternatives(provision.code, `${path}.code`, reading, ({ coding = [] }) => {
    const code = coding.find(({ system }) => system === SALUS.category)?.code;
    return code === undefined ? undefined : names.tagOfCategory(code);
  });
  const labelTags = alternatives(
    labels.length > 0 ? labels : undefined,
    `${path}.securityLabel`,
    reading,
    ({ system, code }) => {
      if (system === undefined || code === undefined) return undefined;
      return system === SALUS.labelTag ? code : names.tagOfLabel({ system, code });
    },
  );
  if (labelTags && decision === 'permit' && !modifiers.everyLabel) {
    losses.add(
      `${path}.securityLabel`,
      'a permit here opens only records all of whose labels are listed: it may be narrower',
    );
  }
  const records = alternatives(provision.data, `${path}.data`, reading, (item) => {
    const { meaning, reference } = item;
    if (!reference || meaning !== 'instance') return undefined;
    return identifierIn(SALUS.recordId, reference.identifier) ?? reading.findRecord(reference);
  });
  // No time of data is a criterion of the ledger: a list that nothing of is understood.
  alternatives(provision.dataPeriod && [1], `${path}.dataPeriod`, reading, () => undefined);
  const grantees = alternatives(provision.actor, `${path}.actor`, reading, (actor) =>
    granteeOf(actor, reading.contained, reading.findGrantee),
  );
  const purposes = alternatives(provision.purpose, `${path}.purpose`, reading, (purpose) => {
    const { data } = purposeOfUse.safeParse(purpose.code);
    if (canonicalSystem(purpose.system ?? '') !== SYSTEM.actReason) return undefined;
    // Who breaks the glass has no grant: it can only be denied.
    return data === 'BTG' && decision === 'permit' ? undefined : data;
  });
  const categories = both(
    { ...(classes && { categoryTags: [...new Set(classes)] }) },
    codes && { categoryTags: [...new Set(codes)] },
  );
  if (!categories) {
    losses.add(`${path}.code`, 'code and class never meet: the provision is not taken');
    throw new NotTaken(path);
  }
  return {
    ...categories,
    ...periodOf(provision, path, reading),
    ...(grantees && { grantees }),
    ...(labelTags && { labelTags: [...new Set(labelTags)] }),
    ...(records && { records: [...new Set(records)] }),
    ...(purposes && { purposes: [...new Set(purposes)] }),
    ...(modifiers.maxUses !== undefined && { maxUses: modifiers.maxUses }),
    ...(modifiers.onward !== undefined && { onward: modifiers.onward }),
    ...(obligations.size > 0 && { obligations: [...obligations] }),
  };
}

/** Maps a list whose elements are alternatives. */
function alternatives<T, R>(
  values: readonly T[] | undefined,
  path: string,
  { decision, losses }: Reading,
  map: (value: T) => R | undefined,
): readonly R[] | undefined {
  if (!values) return undefined;
  // An actor or a reference to data that is modified must not be processed (FHIR R4, 2.27.2).
  const isModified = (value: T) =>
    typeof value === 'object' && value !== null && 'modifierExtension' in value;
  const found = values.map((value) => (isModified(value) ? undefined : map(value)));
  if (found.length > 0 && found.every((one) => one !== undefined)) return found;
  const known = found.filter((one) => one !== undefined);
  if (decision === 'deny') {
    losses.add(path, 'not all of it is understood: the deny applies whatever it says');
    return undefined;
  }
  if (known.length === 0) {
    losses.add(path, 'it is not understood: the permit is not taken');
    throw new NotTaken(path);
  }
  found.forEach((one, index) => {
    if (one !== undefined) return;
    losses.add(`${path}[${index}]`, 'it is not understood: the permit goes without it');
  });
  return known;
}

/** Codes of consentaction that are reading, which is all that a grant is about. */
const READING: ReadonlySet<string> = new Set(['access', 'use', 'disclose']);

function checkAction({ action }: Provision, path: string, { decision, losses }: Reading): void {
  if (!action) return;
  const codes = action.map(
    ({ coding = [] }) => coding.find(({ system }) => system === SYSTEM.consentAction)?.code ?? '',
  );
  const reads = codes.some((code) =>
    decision === 'permit' ? code === 'access' : READING.has(code),
  );
  if (!reads) {
    losses.add(`${path}.action`, 'grants are about access alone: the provision is not taken');
    throw new NotTaken(path);
  }
  if (codes.length > 1 || codes[0] !== 'access') {
    losses.add(`${path}.action`, 'grants are about access alone: it is taken as access');
  }
}

function periodOf(
  { period }: Provision,
  path: string,
  { decision, losses }: Reading,
): Pick<Criteria, 'notBefore' | 'notAfter'> {
  const { start, end } = period ?? {};
  const from = spanOf(start);
  const to = spanOf(end);
  if ((start !== undefined && !from) || (end !== undefined && !to)) {
    losses.add(`${path}.period`, 'it is no FHIR period');
    if (decision === 'permit') throw new NotTaken(path);
  }
  // A day that ends a period belongs to it.
  const last = to && (to.to > to.from ? to.to + 1 : to.to);
  if (from && last !== undefined && last <= from.from && decision === 'deny') {
    losses.add(`${path}.period`, 'it ends before it begins: the deny applies at any time');
    return {};
  }
  return {
    ...(start !== undefined && from && { notBefore: sayable(start, from.from) }),
    ...(end !== undefined && last !== undefined && { notAfter: sayable(end, last) }),
  };
}

/** Times that the ledger can say. Open ends are written as 9999, which another zone has in UTC's year 10000. */
const LAST = Date.parse('9999-12-31T23:59:59Z');

function sayable(stated: string, millis: number): string {
  return millis > LAST ? utc(LAST).replace('.000', '') : sameOr(stated, utc(millis));
}

/** Keeps the spelling of a time that the ledger takes as it is. */
function sameOr(stated: string, normal: string): string {
  return /T\d\d:\d\d:\d\d(?:\.\d{3})?Z$/.test(stated) ? stated : normal;
}

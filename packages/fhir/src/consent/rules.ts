import type { Provision } from './consent-shape.js';
import { readCriteria, type Reading } from './criteria.js';
import type { Criteria } from './criterion.js';
import { without } from './exceptions.js';
import { both } from './intersection.js';
import type { Losses } from './losses.js';
import { NotTaken } from './not-taken.js';

const TAKEN_OF_PROVISION = [
  ...['extension', 'modifierExtension', 'type', 'period', 'actor', 'action', 'securityLabel'],
  ...['purpose', 'class', 'code', 'dataPeriod', 'data', 'provision'],
];

/** What one provision says, with the criteria of all around it. */
export interface Rule {
  readonly decision: 'permit' | 'deny';
  readonly path: string;
  readonly criteria: Criteria;
}

interface Placed {
  readonly provision: Provision;
  readonly path: string;
}

/** What all provisions of a Consent are read with. */
export type Readings = Omit<Reading, 'decision'>;

/**
 * The rules of a provision and of those within, each with the criteria of all around it.
 */
export function rulesOf(
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

function tellUntakenOf(provision: Provision, path: string, losses: Losses): void {
  losses.addUntaken(path, provision, TAKEN_OF_PROVISION, 'a grant has nothing of the kind');
}

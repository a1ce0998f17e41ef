import type { Resource } from '@medplum/fhirtypes';
import { ownOf } from '@salus/protocol';
import { conditionOf, meets, type Condition } from './conditions.js';

/**
 * SMART scopes, version 2 and 1 (SMART App Launch 2.2, section "Scopes for requesting FHIR resources"):
 * `user/Consent.crs`, `patient/*.read`. A scope with a query (`?category=…`) allows the resources that meet
 * it. One whose query the gateway can't judge allows nothing, and the refusal says so.
 */

/** What may be done with a resource: create, read, update, delete, search. */
export type Interaction = 'c' | 'r' | 'u' | 'd' | 's';

/** One resource scope. */
export interface Scope {
  readonly context: 'patient' | 'user' | 'system';
  /** A resource type, or `*`. */
  readonly type: string;
  readonly interactions: ReadonlySet<string>;
  /** What a resource has to meet; left out where the scope has no query. */
  readonly condition?: Condition | 'unknown';
}

const FORM = /^(patient|user|system)\/(\*|[A-Z][A-Za-z]+)\.(read|write|\*|c?r?u?d?s?)(?:\?(\S*))?$/;
const VERSION_1: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' };

/** Reads a token's `scope`; what is no resource scope (`openid`, `launch`) says nothing here. */
export function parseScopes(text: string): readonly Scope[] {
  return text.split(' ').flatMap((word) => {
    const [, context, type, actions, query] = FORM.exec(word) ?? [];
    if (context === undefined || type === undefined || !actions) return [];
    const interactions = new Set(ownOf(VERSION_1, actions) ?? actions);
    const scope = { context: context as Scope['context'], type, interactions };
    if (query === undefined) return [scope];
    return [{ ...scope, condition: conditionOf(query) ?? 'unknown' }];
  });
}

/** What a request does. */
export interface Attempt {
  /** A resource type; `*` where any type may come of it. */
  readonly type: string;
  readonly interaction: Interaction;
  /** Pseudonym of the patient whom it is about, where it is about one. */
  readonly pseudonym?: string | undefined;
}

/**
 * Whether scopes allow an attempt. Those of a patient's context reach this one patient only.
 *
 * @param launchPatient - pseudonym of the patient in the token's context
 * @param resource - the resource itself, which has to meet the scope's query. Without it, the answer is
 *   whether the scopes allow the attempt for some resource: whoever asks so asks again with the resource.
 */
export function allows(
  scopes: readonly Scope[],
  attempt: Attempt,
  launchPatient?: string,
  resource?: Resource,
): boolean {
  return scopesFor(scopes, attempt, launchPatient).some(({ condition }) => {
    if (condition === undefined) return true;
    return condition !== 'unknown' && (resource === undefined || meets(resource, condition));
  });
}

/** Whether a scope would allow an attempt if the gateway could judge the scope's query. */
export function isUnjudged(
  scopes: readonly Scope[],
  attempt: Attempt,
  launchPatient?: string,
): boolean {
  const found = scopesFor(scopes, attempt, launchPatient);
  return found.some(({ condition }) => condition === 'unknown');
}

function scopesFor(
  scopes: readonly Scope[],
  { type, interaction, pseudonym }: Attempt,
  launchPatient: string | undefined,
): readonly Scope[] {
  return scopes.filter((scope) => {
    if (scope.type !== '*' && scope.type !== type) return false;
    if (!scope.interactions.has(interaction)) return false;
    if (scope.context !== 'patient') return true;
    return pseudonym !== undefined && pseudonym === launchPatient;
  });
}

import { ownOf } from '@salus/protocol';
/**
 * SMART scopes, version 2 and 1 (SMART App Launch 2.2, section "Scopes for requesting FHIR resources"):
 * `user/Consent.crs`, `patient/*.read`. Scopes with a query (`?…`) narrow what they allow; the gateway
 * can't tell, so they allow nothing.
 */

/** What may be done with a resource: create, read, update, delete, search. */
export type Interaction = 'c' | 'r' | 'u' | 'd' | 's';

/** One resource scope. */
export interface Scope {
  readonly context: 'patient' | 'user' | 'system';
  /** A resource type, or `*`. */
  readonly type: string;
  readonly interactions: ReadonlySet<string>;
}

const FORM = /^(patient|user|system)\/(\*|[A-Z][A-Za-z]+)\.(read|write|\*|c?r?u?d?s?)$/;
const VERSION_1: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' };

/** Reads a token's `scope`; what is no resource scope (`openid`, `launch`) says nothing here. */
export function parseScopes(text: string): readonly Scope[] {
  return text.split(' ').flatMap((word) => {
    const [, context, type, actions] = FORM.exec(word) ?? [];
    if (context === undefined || type === undefined || !actions) return [];
    const interactions = new Set(ownOf(VERSION_1, actions) ?? actions);
    return [{ context: context as Scope['context'], type, interactions }];
  });
}

/** What a request does. */
export interface Attempt {
  readonly type: string;
  readonly interaction: Interaction;
  /** Pseudonym of the patient whom it is about, where it is about one. */
  readonly pseudonym?: string | undefined;
}

/**
 * Whether scopes allow an attempt. Those of a patient's context reach this one patient only.
 *
 * @param launchPatient - pseudonym of the patient in the token's context
 */
export function allows(
  scopes: readonly Scope[],
  { type, interaction, pseudonym }: Attempt,
  launchPatient?: string,
): boolean {
  return scopes.some((scope) => {
    if (scope.type !== '*' && scope.type !== type) return false;
    if (!scope.interactions.has(interaction)) return false;
    if (scope.context !== 'patient') return true;
    return pseudonym !== undefined && pseudonym === launchPatient;
  });
}

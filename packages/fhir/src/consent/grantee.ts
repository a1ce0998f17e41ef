import type { Grantee } from '@salus/protocol';
import { identifierIn } from '../ids.js';
import { SALUS, SYSTEM } from '../systems.js';
import type { ConsentReference, Contained, Provision } from './consent-shape.js';

/** Roles of v3 ParticipationType in which an actor is who receives the information. */
const RECIPIENTS: ReadonlySet<string> = new Set(['IRCP', 'PRCP']);

/** Finds whom a reference means that bears no identifier of Salus. */
export type FindGrantee = (reference: ConsentReference) => Grantee | undefined;

/** Whom an actor of a provision names; undefined where nobody here can tell, or it doesn't receive. */
export function granteeOf(
  actor: NonNullable<Provision['actor']>[number],
  contained: readonly Contained[],
  find: FindGrantee,
): Grantee | undefined {
  const roles = actor.role?.coding ?? [];
  const receives = roles.some(
    ({ system, code }) => system === SYSTEM.participationType && RECIPIENTS.has(code ?? ''),
  );
  if (roles.length > 0 && !receives) return undefined;
  const { reference } = actor;
  if (!reference) return undefined;
  if (reference.reference?.startsWith('#')) {
    const resource = contained.find(({ id }) => `#${id ?? ''}` === reference.reference);
    return resource && granteeIn(resource, find);
  }
  return named(reference) ?? find(reference);
}

function named({ identifier }: ConsentReference): Grantee | undefined {
  const mspId = identifierIn(SALUS.mspId, identifier);
  const practitioner = identifierIn(SALUS.practitioner, identifier);
  const patient = identifierIn(SALUS.pseudonym, identifier);
  if (mspId !== undefined) return { mspId };
  if (practitioner !== undefined) return { practitioner };
  return patient === undefined ? undefined : { patient };
}

/** Of a contained PractitionerRole every criterion has to be understood, or none counts. */
function granteeIn(resource: Contained, find: FindGrantee): Grantee | undefined {
  if ('modifierExtension' in resource || 'implicitRules' in resource) return undefined;
  if (resource.resourceType !== 'PractitionerRole') {
    const [identifier] = [resource.identifier].flat();
    return named({ ...(identifier && { identifier }) });
  }
  const known = ['resourceType', 'id', 'practitioner', 'organization', 'code', 'active'];
  if (Object.keys(resource).some((name) => !known.includes(name))) return undefined;
  const { practitioner, organization, code = [] } = resource;
  const parts: (Grantee | undefined)[] = [];
  if (practitioner) parts.push(named(practitioner) ?? find(practitioner));
  if (organization) parts.push(named(organization) ?? find(organization));
  for (const { coding = [] } of code) {
    const role = coding.find(({ system }) => system === SALUS.role)?.code;
    parts.push(role === undefined ? undefined : { role });
  }
  if (code.length > 1 || parts.length === 0) return undefined;
  return parts.every((part) => part !== undefined)
    ? (Object.assign({}, ...parts) as Grantee)
    : undefined;
}

/** Whoever meets both; undefined where nobody does. */
export function bothGrantees(one: Grantee, other: Grantee): Grantee | undefined {
  for (const [name, value] of Object.entries(one)) {
    const theirs = other[name as keyof Grantee];
    if (theirs !== undefined && theirs !== value) return undefined;
  }
  return { ...one, ...other };
}

import type { Bundle, BundleEntry, Resource } from '@medplum/fhirtypes';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isResource, resourcesIn } from '../auth/resources-in.js';
import { allows, type Attempt } from '../auth/scopes.js';
import { forbidden } from '../errors/refusal.js';
import { attemptOf, authorize, callerOf } from './context.js';

/** Types that tell nothing of a patient: what went wrong, and what the gateway can do. */
const FREE: ReadonlySet<string> = new Set(['OperationOutcome', 'CapabilityStatement']);

/**
 * Lets resources leave by one exit: whatever a route answers, each resource in it needs a scope of its own
 * type, for what the request did.
 */
export function guardExit(app: FastifyInstance): void {
  app.addHook('preSerialization', (request, _reply, payload, done) => {
    try {
      done(null, released(request, payload));
    } catch (error) {
      done(error as Error);
    }
  });
}

/**
 * An answer as its caller may have it. The gateway leaves out of a list what the token has no scope for,
 * and says how many that are.
 *
 * @throws SalusError `ERR_FORBIDDEN` where the answer itself is such a resource
 */
export function released(request: FastifyRequest, payload: unknown): unknown {
  if (!isResource(payload)) throw forbidden('The answer is no resource that a scope could allow');
  if (payload.resourceType === 'Bundle') return releasedBundle(request, payload);
  if (resourcesIn(payload).every((one) => mayLeave(request, one))) return payload;
  throw forbidden(`The token has no scope for this ${payload.resourceType}`);
}

/** A list, without the entries that may not leave. The list itself is the gateway's own cover. */
function releasedBundle(request: FastifyRequest, bundle: Bundle): Bundle {
  const { entry = [], total: _total, ...cover } = bundle;
  const kept = entry.filter((one) =>
    [one.resource, one.response?.outcome]
      .flatMap(resourcesIn)
      .every((resource) => mayLeave(request, resource)),
  );
  if (kept.length === entry.length) return bundle;
  // The total would count what is left out.
  return { ...cover, entry: [...kept, withheld(entry.length - kept.length)] };
}

function withheld(count: number): BundleEntry {
  return {
    search: { mode: 'outcome' },
    resource: {
      resourceType: 'OperationOutcome',
      issue: [
        {
          severity: 'warning',
          code: 'suppressed',
          details: { text: `The token has no scope for ${count} resources of this page` },
        },
      ],
    },
  };
}

function mayLeave(request: FastifyRequest, resource: Resource): boolean {
  const attempt = attemptOf(request);
  if (FREE.has(resource.resourceType)) return true;
  if (!attempt) return false;
  const { scopes, patient } = callerOf(request);
  // What was written met the scope's query when it came in; the answer says the same in other elements.
  const judged = attempt.interaction === 'c' || attempt.interaction === 'u' ? undefined : resource;
  return allows(scopes, { ...attempt, type: resource.resourceType }, patient, judged);
}

/** Whether a request may have resources of a type, as far as the type tells; `*` is any type. */
export function mayHave(request: FastifyRequest, type: string): boolean {
  const attempt = attemptOf(request);
  const { scopes, patient } = callerOf(request);
  return attempt !== undefined && allows(scopes, { ...attempt, type }, patient);
}

/**
 * Lets resources in by one entry: each resource of a write, to any depth, needs a scope of its own type.
 *
 * @throws SalusError `ERR_FORBIDDEN`
 */
export function admit(
  request: FastifyRequest,
  given: readonly unknown[],
  { interaction, pseudonym }: Pick<Attempt, 'interaction' | 'pseudonym'>,
): void {
  for (const resource of given.flatMap(resourcesIn)) {
    authorize(request, { type: resource.resourceType, interaction, pseudonym }, resource);
  }
}

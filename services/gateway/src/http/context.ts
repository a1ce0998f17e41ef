import type { Resource } from '@medplum/fhirtypes';
import type { FastifyRequest } from 'fastify';
import { requestedPurpose, type RequestedPurpose } from '@salus/protocol';
import { allows, isUnjudged, type Attempt } from '../auth/scopes.js';
import type { Caller } from '../auth/tokens.js';
import { forbidden, invalid } from '../errors/refusal.js';
import type { GatewayParts } from '../parts/gateway-parts.js';
import type { StaffSession } from '../staff/directory.js';

const callers = new WeakMap<FastifyRequest, Caller>();
const attempts = new WeakMap<FastifyRequest, Attempt>();

/** Verifies a request's token, and remembers whose it is. @throws SalusError `ERR_REQUEST_REFUSED` */
export async function authenticate(
  request: FastifyRequest,
  { tokens }: GatewayParts,
): Promise<void> {
  callers.set(request, await tokens.verify(request.headers.authorization));
}

/** Who sent a request that was authenticated. */
export function callerOf(request: FastifyRequest): Caller {
  const caller = callers.get(request);
  if (!caller) throw new Error('The route does not authenticate');
  return caller;
}

/**
 * Requires a scope for an attempt, and remembers the attempt: what the answer holds is judged by it.
 *
 * @param resource - the resource that is written, where one is
 * @throws SalusError `ERR_FORBIDDEN` where the token's scopes don't allow it
 */
export function authorize(request: FastifyRequest, attempt: Attempt, resource?: Resource): void {
  requireScope(request, attempt, resource);
  attempts.set(request, attempt);
}

/** As {@link authorize}, for a resource that the answer to another attempt holds. */
export function requireScope(request: FastifyRequest, attempt: Attempt, resource?: Resource): void {
  const { scopes, patient } = callerOf(request);
  if (allows(scopes, attempt, patient, resource)) return;
  const wanted = `${attempt.type}.${attempt.interaction}`;
  if (isUnjudged(scopes, attempt, patient)) {
    throw forbidden(
      `The token's scope for ${wanted} has a query that the gateway can't judge: it judges category, code, type and _security`,
    );
  }
  throw forbidden(`The token has no scope for ${wanted} here`);
}

/** What a request was last authorized for. */
export function attemptOf(request: FastifyRequest): Attempt | undefined {
  return attempts.get(request);
}

/** Authorizes an attempt, and connects as the practitioner. @throws SalusError `ERR_FORBIDDEN` */
export function sessionFor(
  request: FastifyRequest,
  { staff }: GatewayParts,
  attempt: Attempt,
): Promise<StaffSession> {
  authorize(request, attempt);
  return staff.session(callerOf(request).practitioner);
}

/**
 * What data is asked for: the header `X-Purpose-Of-Use`, or the only purpose of the token, or the
 * gateway's default. A token that names purposes allows no others. Whether the patient permits it is the
 * ledger's to say.
 *
 * @throws SalusError `ERR_FORBIDDEN`, `ERR_INVALID_ARGUMENT`
 */
export function purposeOf(request: FastifyRequest, { settings }: GatewayParts): RequestedPurpose {
  const { purposes } = callerOf(request);
  const asked = request.headers['x-purpose-of-use'];
  if (Array.isArray(asked)) throw invalid('X-Purpose-Of-Use', 'One purpose is told');
  const only = purposes?.length === 1 ? purposes[0] : undefined;
  const purpose = asked ?? only ?? settings.defaultPurpose;
  const known = requestedPurpose.safeParse(purpose);
  if (!known.success) throw invalid('X-Purpose-Of-Use', 'It is no purpose that may be asked for');
  if (purposes && !purposes.includes(purpose)) {
    throw forbidden('The token is not for this purpose of use');
  }
  return known.data;
}

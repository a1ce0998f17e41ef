import type { FastifyRequest } from 'fastify';
import { requestedPurpose, type RequestedPurpose } from '@salus/protocol';
import { allows, type Attempt } from '../auth/scopes.js';
import type { Caller } from '../auth/tokens.js';
import { forbidden, invalid } from '../errors/refusal.js';
import type { GatewayParts } from '../parts/gateway-parts.js';
import type { StaffSession } from '../staff/directory.js';

const callers = new WeakMap<FastifyRequest, Caller>();

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

/** @throws SalusError `ERR_FORBIDDEN` where the token's scopes don't allow it */
export function authorize(request: FastifyRequest, attempt: Attempt): void {
  const { scopes, patient } = callerOf(request);
  if (allows(scopes, attempt, patient)) return;
  throw forbidden(`The token has no scope for ${attempt.type}.${attempt.interaction} here`);
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

import { ReplayGuard, verifyRequest } from '@salus/client/trust';
import type { MemberSource, VerifiedMember } from '@salus/proofs';
import type { ServiceRequest } from './http-server.js';

/** Who sent a request, and when it came. */
export interface Asked {
  readonly asker: VerifiedMember;
  /** By the service's clock, in milliseconds. */
  readonly now: number;
}

/**
 * Tells of each request of a service which member sent it; each is taken once.
 *
 * @throws SalusError `ERR_REQUEST_REFUSED`, `ERR_CERTIFICATE_REVOKED`
 */
export function askersOf(
  members: MemberSource,
  clock: () => number,
): (request: ServiceRequest) => Promise<Asked> {
  const replays = new ReplayGuard();
  return async (request) => {
    const roots = await members();
    const now = clock();
    return { now, asker: verifyRequest(request.token, request, { roots, now, replays }) };
  };
}

/**
 * Proof of who sends a request to a service: a JWS (RFC 7515) with the sender's certificate (x5c). The key
 * of the sender's Fabric identity signs method, path, body, receiver, time and a nonce.
 */
import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import {
  signClaims,
  verifyClaims,
  refused,
  type MemberRoots,
  type VerifiedMember,
} from '@salus/proofs';
import type { Identity } from '../identity/identity.js';

const TYP = 'salus-request+jws';
/** A request is good for this long, by the receiver's clock, in either direction. */
export const REQUEST_WINDOW_MS = 60_000;
const MAX_TOKEN = 16_384;

/** What a token is made for. */
export interface RequestTarget {
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  /** `host:port` of the service, so that no other service can use the token. */
  readonly audience: string;
  readonly body: Uint8Array;
}

const payload = z.strictObject({
  mspId: z.string(),
  method: z.string(),
  path: z.string(),
  audience: z.string(),
  bodyHash: z.string(),
  iat: z.int(),
  jti: z.uuid(),
});
type Payload = z.infer<typeof payload>;

/** Makes the token of one request. `now` in milliseconds. */
export async function signRequest(
  identity: Identity,
  target: RequestTarget,
  now = Date.now(),
): Promise<string> {
  const claims: Payload = {
    mspId: identity.mspId,
    method: target.method,
    path: target.path,
    audience: target.audience,
    bodyHash: hash(target.body),
    iat: now,
    jti: randomUUID(),
  };
  return signClaims(identity, TYP, claims);
}

/** Remembers the requests of the last minutes, so that each is taken once. */
export class ReplayGuard {
  readonly #seen = new Map<string, number>();

  /** @throws SalusError `ERR_REQUEST_REFUSED` for one seen before */
  take(jti: string, now: number): void {
    for (const [id, at] of this.#seen) {
      if (now - at <= 2 * REQUEST_WINDOW_MS) break;
      this.#seen.delete(id);
    }
    if (this.#seen.has(jti)) throw refused('it was sent before');
    this.#seen.set(jti, now);
  }
}

/** What a receiver judges tokens by. */
export interface TokenJudge {
  readonly roots: MemberRoots;
  readonly now: number;
  /** Left out where a kept token is checked again. */
  readonly replays?: ReplayGuard;
  readonly windowMs?: number;
}

/**
 * Verifies a token: signature, member's certificate, target, time, and that it is new.
 *
 * @throws SalusError `ERR_REQUEST_REFUSED`, `ERR_CERTIFICATE_REVOKED`
 */
export function verifyRequest(
  token: string,
  target: RequestTarget,
  { roots, now, replays, windowMs = REQUEST_WINDOW_MS }: TokenJudge,
): VerifiedMember {
  const judge = { typ: TYP, schema: payload, roots, now, maxLength: MAX_TOKEN };
  const { claims, member } = verifyClaims(token, judge);
  if (Math.abs(now - claims.iat) > windowMs) throw refused('it is too old, or the clocks differ');
  for (const name of ['method', 'path', 'audience'] as const) {
    if (claims[name] !== target[name]) throw refused(`it was made for another ${name}`);
  }
  if (claims.bodyHash !== hash(target.body)) throw refused('its content was changed');
  replays?.take(claims.jti, now);
  return member;
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

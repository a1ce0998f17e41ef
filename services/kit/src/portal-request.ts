import { z } from 'zod';
import { verifyStatement } from '@salus/crypto/statement';
import { readStatement, SalusError, type PublicJwk } from '@salus/protocol';
import { PORTAL_REQUEST } from '@salus/wallet';

/** Body of `PortalRequest.v1`: one request of a patient to one portal. */
export const portalRequestBody = z.strictObject({
  pseudonym: z.string(),
  method: z.string(),
  /** With its query. */
  path: z.string(),
  /** SHA-256 of the body's bytes, in hex. */
  bodyHash: z.string(),
});
export type PortalRequestBody = z.infer<typeof portalRequestBody>;

/** How long a portal request may be good for. */
const MAX_SECONDS = 120;

/** What of a patient on the ledger decides whose request it is. */
export interface PortalPatient {
  readonly pseudonym: string;
  readonly keys: readonly {
    readonly kid: string;
    readonly jwk: PublicJwk;
    readonly status: string;
    readonly notBefore: string;
    readonly notAfter?: string | undefined;
  }[];
}

/** What a portal judges a request by. */
export interface PortalJudge {
  readonly channel: string;
  /** The portal's own origin. */
  readonly audience: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Tells whether a request's ID is new, and remembers it. */
  readonly isNew: (jti: string) => boolean;
  /** Reads the patient from the portal's own peer; undefined for an unknown one. */
  readonly patient: (pseudonym: string) => Promise<PortalPatient | undefined>;
}

/**
 * Verifies a patient's request: signed by a key of the patient that is active now, for this portal, method,
 * path and body, and for once.
 *
 * @throws SalusError `ERR_REQUEST_REFUSED`, the same for whatever is wrong: a portal tells nobody whether a
 *   pseudonym exists
 */
export async function verifyPortalRequest(
  jws: string,
  target: Omit<PortalRequestBody, 'pseudonym'>,
  { channel, audience, now, isNew, patient }: PortalJudge,
): Promise<{ readonly pseudonym: string; readonly kid: string }> {
  try {
    const read = readStatement(jws);
    const pseudonym = portalRequestBody.shape.pseudonym.parse(
      (read.payload as Readonly<Record<string, unknown>>)['pseudonym'],
    );
    const key = (await patient(pseudonym))?.keys.find(({ kid }) => kid === read.head.kid);
    if (!key || !isActive(key, now)) throw new Error('no active key');
    const use = { type: PORTAL_REQUEST, channel, contract: 'ehr', audience };
    const asked = verifyStatement(read, portalRequestBody, { ...use, jwk: key.jwk, now });
    const same = (['method', 'path', 'bodyHash'] as const).every(
      (name) => asked[name] === target[name],
    );
    if (!same || asked.exp - asked.iat > MAX_SECONDS || !isNew(asked.jti)) {
      throw new Error('not for this request');
    }
    return { pseudonym, kid: key.kid };
  } catch (cause) {
    throw new SalusError('ERR_REQUEST_REFUSED', "The request is not a patient's of this portal", {
      cause,
    });
  }
}

function isActive({ status, notBefore, notAfter }: PortalPatient['keys'][number], now: number) {
  return (
    status === 'ACTIVE' &&
    now >= Date.parse(notBefore) &&
    (notAfter === undefined || now < Date.parse(notAfter))
  );
}

import { z } from 'zod';
import {
  importJwk,
  readStatement,
  SalusError,
  sha256Hex,
  verifyStatement,
  type PublicJwk,
} from '@salus/chaincode-common';
import type { Patient, PatientKey } from '@salus/ehr-contract';
import { Refusal } from '../errors/refusal.js';

/** `type` of the statement by which a wallet proves a request to be its patient's. */
export const PORTAL_REQUEST = 'PortalRequest.v1';
const MAX_LIFETIME_SECONDS = 120;

const body = z.strictObject({
  pseudonym: z.string(),
  method: z.string(),
  /** With query. */
  path: z.string(),
  /** SHA-256 of the body's bytes in hex, of nothing too. */
  bodyHash: z.string(),
});

/** The request as it came. */
export interface PortalTarget {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

export interface PortalJudge {
  readonly channel: string;
  /** The portal's own origin, so that no other one can use the request. */
  readonly audience: string;
  readonly patient: (pseudonym: string) => Promise<Patient>;
  readonly clock: () => number;
}

/** A key of nobody's: an unknown patient's request is verified too, and takes as long as another. */
const NOBODY: PublicJwk = {
  kty: 'EC',
  crv: 'P-256',
  x: 'axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY',
  y: 'T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU',
};

/** One answer to all that isn't a known patient's good request: nobody learns who is known here. */
export function unauthorised(cause?: unknown): Refusal {
  return new Refusal(
    'ERR_REQUEST_REFUSED',
    'The request is not one of a patient who is known here',
    {
      headers: { 'www-authenticate': 'Salus' },
      cause,
    },
  );
}

/** Tells whose a request of a wallet is; each is taken once. */
export class PatientRequests {
  readonly #judge: PortalJudge;
  /** Times of requests that were taken, by their ID. */
  readonly #taken = new Map<string, number>();

  constructor(judge: PortalJudge) {
    importJwk(NOBODY);
    this.#judge = judge;
  }

  /**
   * @param authorization - `Salus <statement>`
   * @returns the pseudonym
   * @throws SalusError `ERR_REQUEST_REFUSED`, the same whatever is wrong; the ledger's own when it is away
   */
  async patientOf(authorization: string | undefined, target: PortalTarget): Promise<string> {
    const [scheme, jws = ''] = (authorization ?? '').split(' ');
    if (scheme !== 'Salus') throw unauthorised();
    try {
      return await this.#verified(jws, target);
    } catch (error) {
      if (isOurFault(error)) throw error;
      throw unauthorised(error);
    }
  }

  async #verified(jws: string, target: PortalTarget): Promise<string> {
    const { channel, audience, clock, patient } = this.#judge;
    const read = readStatement(jws);
    const pseudonym = z.string().parse(read.payload['pseudonym']);
    const now = clock();
    const found = await patient(pseudonym).catch((error: unknown) => {
      if (isOurFault(error)) throw error;
      return undefined;
    });
    const key = found?.keys.find((one) => one.kid === read.head.kid && isUsable(one, now));
    const claims = verifyStatement(read, body, {
      ...{ type: PORTAL_REQUEST, channel, contract: 'ehr', audience, now },
      jwk: key?.jwk ?? NOBODY,
    });
    if (!key) throw new Error('no such key');
    if (claims.exp - claims.iat > MAX_LIFETIME_SECONDS) throw new Error('it lives too long');
    const { method, path, bodyHash } = claims;
    const sameRequest = method === target.method && path === target.path;
    if (!sameRequest || bodyHash !== sha256Hex(target.body)) throw new Error('another request');
    this.#takeOnce(claims.jti, now);
    return pseudonym;
  }

  #takeOnce(jti: string, now: number): void {
    for (const [id, at] of this.#taken) {
      if (now - at <= 2 * MAX_LIFETIME_SECONDS * 1000) break;
      this.#taken.delete(id);
    }
    if (this.#taken.has(jti)) throw new Error('it came before');
    this.#taken.set(jti, now);
  }
}

function isUsable({ status, purposes, notBefore, notAfter }: PatientKey, now: number): boolean {
  const mayAsk = purposes.includes('access') || purposes.includes('consent');
  const began = Date.parse(notBefore) <= now;
  return (
    status === 'ACTIVE' && mayAsk && began && (notAfter === undefined || now < Date.parse(notAfter))
  );
}

/** What tells nothing of the patient: the gateway or the ledger doesn't work. */
function isOurFault(error: unknown): boolean {
  const about: readonly string[] = [
    ...['ERR_NOT_FOUND', 'ERR_INVALID_ARGUMENT', 'ERR_STATEMENT_INVALID'],
    ...['ERR_STATEMENT_EXPIRED', 'ERR_KEY_INVALID'],
  ];
  return error instanceof SalusError && !about.includes(error.code);
}

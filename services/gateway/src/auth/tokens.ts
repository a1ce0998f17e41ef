import { readFile } from 'node:fs/promises';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  jwtVerify,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose';
import { z } from 'zod';
import { SalusError } from '@salus/protocol';
import { unauthenticated } from '../errors/refusal.js';
import { pseudonymOf } from '../fhir/ids.js';
import { parseScopes, type Scope } from './scopes.js';

/** Whose tokens the gateway believes. */
export const tokenSettings = z.strictObject({
  /** As the tokens' `iss` has it, to the letter. */
  issuer: z.url(),
  /** The gateway's own name in the tokens' `aud`. */
  audience: z.string().min(1),
  /** The issuer's keys: an https URL, or a file. */
  jwks: z.string().min(1),
  /** Bases besides the issuer that an absolute `fhirUser` may have. */
  fhirUserBases: z.array(z.url()).default([]),
  clockToleranceSeconds: z.int().min(0).max(120).default(30),
});
export type TokenSettings = z.output<typeof tokenSettings>;

/** Who calls, as the token says. */
export interface Caller {
  /** ID of the practitioner: `fhirUser` without `Practitioner/`. */
  readonly practitioner: string;
  readonly scopes: readonly Scope[];
  /** The system that asks: `client_id` (RFC 9068), or else `azp` (OpenID Connect). */
  readonly client?: string;
  /** Pseudonym of the patient in the token's context. */
  readonly patient?: string;
  /** Purposes of use that the token is limited to; any where it says none. */
  readonly purposes?: readonly string[];
}

/** Signatures by a private key only: neither `none` nor a secret that the gateway would know itself. */
const ALGORITHMS = ['ES256', 'ES384', 'EdDSA', 'Ed25519', 'PS256', 'RS256'];
/** A token is no session: one that lives longer is a mistake of the issuer's. */
const MAX_LIFETIME_SECONDS = 24 * 60 * 60;
const MAX_TOKEN = 16_384;

const claims = z.object({
  exp: z.int(),
  iat: z.int(),
  scope: z.union([z.string(), z.array(z.string())]).default(''),
  fhirUser: z.string().optional(),
  client_id: z.string().min(1).optional(),
  azp: z.string().min(1).optional(),
  patient: z.string().optional(),
  purpose_of_use: z.union([z.string(), z.array(z.string())]).optional(),
});

/** Verifies bearer tokens (RFC 6750) of one OpenID provider. */
export class TokenVerifier {
  readonly #settings: TokenSettings;
  readonly #keys: JWTVerifyGetKey;
  readonly #clock: () => number;

  constructor(settings: TokenSettings, keys: JWTVerifyGetKey, clock: () => number = Date.now) {
    this.#settings = settings;
    this.#keys = keys;
    this.#clock = clock;
  }

  /** @throws SalusError `ERR_SETTINGS_MISSING` where the issuer's keys can't be read */
  static async of(settings: TokenSettings, clock?: () => number): Promise<TokenVerifier> {
    return new TokenVerifier(settings, await keysOf(settings.jwks), clock);
  }

  /**
   * @param authorization - the request's header
   * @throws SalusError `ERR_REQUEST_REFUSED`
   */
  async verify(authorization: string | undefined): Promise<Caller> {
    const [scheme, token, ...rest] = (authorization ?? '').split(' ');
    if (scheme?.toLowerCase() !== 'bearer' || !token || rest.length > 0) {
      throw unauthenticated('it carries no bearer token');
    }
    if (token.length > MAX_TOKEN) throw unauthenticated('its token is too long');
    const parsed = claims.safeParse(await this.#verified(token));
    if (!parsed.success) throw unauthenticated('its token lacks claims, or has malformed ones');
    const { exp, iat, scope, fhirUser, patient, purpose_of_use: purposes } = parsed.data;
    const { azp, client_id: client = azp } = parsed.data;
    if (exp - iat > MAX_LIFETIME_SECONDS) throw unauthenticated('its token lives too long');
    return {
      practitioner: this.#practitionerOf(fhirUser),
      scopes: parseScopes(listOf(scope).join(' ')),
      ...(client !== undefined && { client }),
      ...(patient !== undefined && { patient: pseudonymOf(patient.replace(/^Patient\//, '')) }),
      ...(purposes !== undefined && { purposes: listOf(purposes) }),
    };
  }

  async #verified(token: string): Promise<JWTPayload> {
    const { issuer, audience, clockToleranceSeconds } = this.#settings;
    try {
      const { payload } = await jwtVerify(token, this.#keys, {
        algorithms: ALGORITHMS,
        issuer,
        audience,
        clockTolerance: clockToleranceSeconds,
        currentDate: new Date(this.#clock()),
        requiredClaims: ['exp', 'iat'],
      });
      if ((payload.iat ?? 0) * 1000 > this.#clock() + clockToleranceSeconds * 1000) {
        throw new Error('issued in the future');
      }
      return payload;
    } catch (cause) {
      throw unauthenticated('its token is not one that counts here now', cause);
    }
  }

  #practitionerOf(fhirUser = ''): string {
    const [, base = '', id] = /^(.*?)\/?Practitioner\/([A-Za-z0-9.-]{1,64})$/.exec(fhirUser) ?? [];
    if (id === undefined) throw unauthenticated('its token names no practitioner (fhirUser)');
    const bases = [this.#settings.issuer, ...this.#settings.fhirUserBases];
    if (base === '' || bases.some((one) => one.replace(/\/$/, '') === base)) return id;
    throw unauthenticated('its token names a practitioner of somewhere else');
  }
}

function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? value.split(' ') : value;
}

async function keysOf(jwks: string): Promise<JWTVerifyGetKey> {
  if (jwks.startsWith('https://')) return createRemoteJWKSet(new URL(jwks));
  try {
    return createLocalJWKSet(JSON.parse(await readFile(jwks, 'utf8')) as JSONWebKeySet);
  } catch (cause) {
    throw new SalusError('ERR_SETTINGS_MISSING', `${jwks} holds no key set`, {
      argument: 'tokens.jwks',
      expected: 'an https address, or a file with a JWK set (RFC 7517)',
      cause,
    });
  }
}

import {
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  SignJWT,
  type CryptoKey,
  type JSONWebKeySet,
} from 'jose';
import { TokenVerifier, tokenSettings } from '../auth/tokens.js';

const SETTINGS = { issuer: 'https://id.hospital.example', audience: 'salus-gateway', jwks: 'keys' };
const LIFE_SECONDS = 300;

/** An OpenID provider, as far as tokens go. */
export class TokenIssuer {
  readonly #key: CryptoKey;
  readonly jwks: JSONWebKeySet;

  private constructor(key: CryptoKey, jwks: JSONWebKeySet) {
    this.#key = key;
    this.jwks = jwks;
  }

  static async make(): Promise<TokenIssuer> {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    return new TokenIssuer(privateKey, { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1' }] });
  }

  /** What a gateway is told of it. */
  get settings() {
    return SETTINGS;
  }

  get verifier(): TokenVerifier {
    return new TokenVerifier(tokenSettings.parse(SETTINGS), createLocalJWKSet(this.jwks));
  }

  /** A token of a practitioner. */
  issue(
    practitioner: string,
    scope = 'user/*.cruds',
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({
      iss: SETTINGS.issuer,
      aud: SETTINGS.audience,
      iat: now,
      exp: now + LIFE_SECONDS,
      scope,
      fhirUser: `Practitioner/${practitioner}`,
      ...more,
    })
      .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
      .sign(this.#key);
  }
}

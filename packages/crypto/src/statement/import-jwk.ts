import { createPublicKey, type KeyObject } from 'node:crypto';
import { SalusError, type PublicJwk } from '@salus/protocol';

/**
 * Reads a public key, a point on its curve.
 *
 * @throws SalusError ERR_KEY_INVALID
 */
export function importJwk(jwk: PublicJwk): KeyObject {
  try {
    return createPublicKey({ key: { ...jwk }, format: 'jwk' });
  } catch (cause) {
    throw new SalusError('ERR_KEY_INVALID', 'The public key is not a point of its curve', {
      argument: 'jwk',
      expected: 'a P-256 or Ed25519 public key',
      cause,
    });
  }
}

import { createHash, createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { SalusError } from '@salus/protocol/errors';

/**
 * Signs on behalf of an identity.
 *
 * A signer gets the whole message. `node:crypto` hashes and signs in one call, an order of magnitude faster
 * than signing a digest in JavaScript. A device that wants a digest, as PKCS#11's `CKM_ECDSA` does, is
 * adapted by {@link digestSigner}; the private key never has to leave it.
 */
export interface Signer {
  /** @returns an ECDSA signature in DER with low S, as Fabric's MSP demands. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** Order of P-256's base point (NIST SP 800-186, 3.2.1.3). */
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const P256_HALF_ORDER = P256_ORDER >> 1n;
const SCALAR_BYTES = 32;

/**
 * A signer over a P-256 private key in PEM (PKCS#8 or SEC 1).
 *
 * @throws SalusError `ERR_IDENTITY_INVALID` when the text is not such a key.
 * @example
 * const signer = newKeySigner(await readFile('keystore/priv_sk', 'utf8'));
 */
export function newKeySigner(pem: string | KeyObject): Signer {
  const key = typeof pem === 'string' ? parseKey(pem) : pem;
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new SalusError('ERR_IDENTITY_INVALID', 'The private key is not a P-256 key', {
      argument: 'privateKey',
      expected: 'an ECDSA P-256 key',
      got: key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType ?? key.type,
      remedy: 'enrol again; `salus enroll` makes a P-256 key',
    });
  }
  const parameters = { key, dsaEncoding: 'ieee-p1363' as const };
  return {
    sign: (message) => Promise.resolve(derWithLowS(sign('sha256', message, parameters))),
  };
}

/** Adapts a device that signs SHA-256 digests: an HSM, a smart card, a remote key service. */
export function digestSigner(signDigest: (digest: Uint8Array) => Promise<Uint8Array>): Signer {
  return { sign: (message) => signDigest(createHash('sha256').update(message).digest()) };
}

function parseKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw new SalusError('ERR_IDENTITY_INVALID', 'The private key is not a PEM key', {
      argument: 'privateKey',
      expected: 'a P-256 private key in PEM',
      cause,
    });
  }
}

/**
 * Turns `r || s` into DER with `s` in the lower half of the group. Of the two valid signatures (r, s) and
 * (r, n - s), Fabric accepts only the one that can't be altered into another.
 */
function derWithLowS(signature: Buffer): Buffer {
  const r = signature.subarray(0, SCALAR_BYTES);
  const s = signature.subarray(SCALAR_BYTES);
  const value = BigInt(`0x${s.toString('hex')}`);
  const low =
    value > P256_HALF_ORDER
      ? Buffer.from((P256_ORDER - value).toString(16).padStart(SCALAR_BYTES * 2, '0'), 'hex')
      : s;
  const integers = Buffer.concat([derInteger(r), derInteger(low)]);
  return Buffer.concat([Buffer.from([0x30, integers.length]), integers]);
}

function derInteger(scalar: Buffer): Buffer {
  let start = 0;
  while (start < scalar.length - 1 && scalar[start] === 0) start += 1;
  const digits = scalar.subarray(start);
  const needsSignByte = ((digits[0] ?? 0) & 0x80) !== 0;
  const content = needsSignByte ? Buffer.concat([Buffer.from([0]), digits]) : digits;
  return Buffer.concat([Buffer.from([0x02, content.length]), content]);
}

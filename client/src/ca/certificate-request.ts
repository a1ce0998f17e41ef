import { createPublicKey, generateKeyPair, sign, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

/** A new key and the request for a certificate over it, both in PEM. */
export interface CertificateRequest {
  readonly privateKey: string;
  readonly request: string;
}

/** Tags of DER (X.690) as far as a request has them. */
const SEQUENCE = 0x30;
const SET = 0x31;
const UTF8 = 0x0c;
const BIT_STRING = 0x03;
/** INTEGER 0: the version. */
const VERSION = Buffer.from('020100', 'hex');
/** OID 2.5.4.3 */
const COMMON_NAME = Buffer.from('0603550403', 'hex');
/** OID 1.2.840.10045.4.3.2 */
const ECDSA_WITH_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex');
/** `[0] IMPLICIT SET OF Attribute`, empty. */
const NO_ATTRIBUTES = Buffer.from('a000', 'hex');

/**
 * Makes a P-256 key and a PKCS#10 request (RFC 2986). The CA takes the key and the common name;
 * organisational units and attributes it adds itself.
 */
export async function makeCertificateRequest(commonName: string): Promise<CertificateRequest> {
  const { privateKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    request: pem('CERTIFICATE REQUEST', requestOf(commonName, privateKey)),
  };
}

function requestOf(commonName: string, privateKey: KeyObject): Buffer {
  const name = der(SEQUENCE, COMMON_NAME, der(UTF8, Buffer.from(commonName, 'utf8')));
  const subject = der(SEQUENCE, der(SET, name));
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const info = der(SEQUENCE, VERSION, subject, publicKey, NO_ATTRIBUTES);
  const noUnusedBits = Buffer.from([0]);
  const signature = der(BIT_STRING, noUnusedBits, sign('sha256', info, privateKey));
  return der(SEQUENCE, info, der(SEQUENCE, ECDSA_WITH_SHA256), signature);
}

/** Tag, length and content; a length of 128 and more is written as its bytes, after their number. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const bytes =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...bytes]), content]);
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

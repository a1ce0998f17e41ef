import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import {
  bitString,
  emptyAttributes,
  integer,
  objectIdentifier,
  sequence,
  set,
  utf8String,
} from './der.js';

/** Order of the group of P-256 (FIPS 186-5, SP 800-186). */
const curveOrder = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const ecdsaWithSha256 = () => sequence(objectIdentifier('2a8648ce3d040302'));
const commonName = () => objectIdentifier('550403');

export function newKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

export const privateKeyPem = (key: KeyObject): string =>
  key.export({ type: 'pkcs8', format: 'pem' }).toString();

/** ECDSA signature in DER with the lower of both values of s, the only one Fabric accepts. */
export function signLowS(data: Buffer, key: KeyObject): Buffer {
  const raw = sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' }).toString('hex');
  const r = BigInt(`0x${raw.slice(0, 64)}`);
  const s = BigInt(`0x${raw.slice(64)}`);
  return sequence(integer(r), integer(s > curveOrder / 2n ? curveOrder - s : s));
}

/** Certificate request (PKCS #10, RFC 2986) for a common name. */
export function certificateRequest(name: string, key: KeyObject): string {
  const subject = sequence(set(sequence(commonName(), utf8String(name))));
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const info = sequence(integer(0n), subject, publicKey, emptyAttributes());
  const request = sequence(info, ecdsaWithSha256(), bitString(signLowS(info, key)));
  const lines = request.toString('base64').match(/.{1,64}/g) ?? [];
  return [
    '-----BEGIN CERTIFICATE REQUEST-----',
    ...lines,
    '-----END CERTIFICATE REQUEST-----',
    '',
  ].join('\n');
}

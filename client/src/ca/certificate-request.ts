import 'reflect-metadata';
import { createPublicKey, generateKeyPair, webcrypto, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509';

/** A new key and the request for a certificate over it, both in PEM. */
export interface CertificateRequest {
  readonly privateKey: string;
  readonly request: string;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/**
 * Makes a P-256 key and a PKCS#10 request. The CA takes the key and the common name; organisational
 * units and attributes it adds itself.
 */
export async function makeCertificateRequest(commonName: string): Promise<CertificateRequest> {
  const { privateKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
  const request = await Pkcs10CertificateRequestGenerator.create(
    {
      name: [{ CN: [commonName] }],
      keys: await cryptoKeys(privateKey),
      signingAlgorithm: algorithm,
    },
    webcrypto,
  );
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    request: request.toString('pem'),
  };
}

async function cryptoKeys(privateKey: KeyObject) {
  const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' });
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const { subtle } = webcrypto;
  return {
    privateKey: await subtle.importKey('pkcs8', new Uint8Array(pkcs8), algorithm, false, ['sign']),
    publicKey: await subtle.importKey('spki', new Uint8Array(spki), algorithm, true, ['verify']),
  };
}

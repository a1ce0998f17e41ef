import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  Extension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** A certificate with its key, in PEM. */
export interface Certified {
  readonly certificate: string;
  readonly privateKeyPem: string;
}

/** What a certificate is to say. */
export interface CertificateWish {
  readonly from?: Date;
  readonly to?: Date;
  readonly name?: string;
  readonly hosts?: readonly string[];
  /** As Fabric CA writes them. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Makes certificates as good or bad as a test needs them. */
export interface TestCa {
  readonly certificate: string;
  issue(options?: CertificateWish): Promise<Certified>;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;
const crypto = webcrypto;
let serial = 1;

export async function makeTestCa(name = 'Test CA'): Promise<TestCa> {
  const keys = await newKeys();
  const from = new Date(Date.now() - 365 * DAY_MS);
  const to = new Date(Date.now() + DAY_MS);
  const root = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: nextSerial(),
      name: `CN=${name}`,
      notBefore: from,
      notAfter: to,
      keys,
      signingAlgorithm: algorithm,
      extensions: [new BasicConstraintsExtension(true, undefined, true)],
    },
    crypto,
  );
  return {
    certificate: root.toString('pem'),
    issue: async (options = {}) => {
      const leafKeys = await newKeys();
      const leaf = await X509CertificateGenerator.create(
        {
          serialNumber: nextSerial(),
          subject: `CN=${options.name ?? 'user'}`,
          issuer: root.subject,
          notBefore: options.from ?? from,
          notAfter: options.to ?? to,
          publicKey: leafKeys.publicKey,
          signingKey: keys.privateKey,
          signingAlgorithm: algorithm,
          extensions: [
            new SubjectAlternativeNameExtension(
              (options.hosts ?? ['localhost']).map((value) => ({ type: 'dns' as const, value })),
            ),
            new Extension(
              '1.2.3.4.5.6.7.8.1',
              false,
              Buffer.from(JSON.stringify({ attrs: options.attributes ?? {} })),
            ),
          ],
        },
        crypto,
      );
      return { certificate: leaf.toString('pem'), privateKeyPem: await pem(leafKeys.privateKey) };
    },
  };
}

function nextSerial(): string {
  serial += 1;
  return serial.toString(16).padStart(4, '0');
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

async function pem(key: webcrypto.CryptoKey): Promise<string> {
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', key)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`;
}

import { DAY_MS } from '@salus/protocol';
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  Extension,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
  X509CrlGenerator,
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
  /** Organisational unit: tells peers, clients and others apart. */
  readonly unit?: string;
  readonly hosts?: readonly string[];
  /** Of the subject's key; P-256 without. */
  readonly curve?: 'P-256' | 'Ed25519';
  /** As Fabric CA writes them. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Makes certificates as good or bad as a test needs them. */
export interface TestCa {
  readonly certificate: string;
  issue(options?: CertificateWish): Promise<Certified>;
  /** Makes a CA that this one answers for. */
  intermediate(name: string): Promise<TestCa>;
  /** Makes a list (PEM) of revoked certificates (PEM). */
  revoke(...certificates: readonly string[]): Promise<string>;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const crypto = webcrypto;
const from = new Date(Date.now() - 365 * DAY_MS);
const to = new Date(Date.now() + DAY_MS);
let serial = 1;

interface Issuer {
  readonly name: string;
  readonly keys: webcrypto.CryptoKeyPair;
}

export async function makeTestCa(name = 'Test CA'): Promise<TestCa> {
  const self = { name: `CN=${name}`, keys: await newKeys() };
  return authority(self, await caCertificate(self, self));
}

function authority(self: Issuer, certificate: string): TestCa {
  return {
    certificate,
    issue: (wish = {}) => leaf(self, wish),
    intermediate: async (name) => {
      const below = { name: `CN=${name}`, keys: await newKeys() };
      return authority(below, await caCertificate(below, self));
    },
    revoke: (...certificates) => revocationList(self, certificates),
  };
}

async function caCertificate(subject: Issuer, issuer: Issuer): Promise<string> {
  const certificate = await X509CertificateGenerator.create(
    {
      serialNumber: nextSerial(),
      subject: subject.name,
      issuer: issuer.name,
      notBefore: from,
      notAfter: to,
      publicKey: subject.keys.publicKey,
      signingKey: issuer.keys.privateKey,
      signingAlgorithm: algorithm,
      extensions: [new BasicConstraintsExtension(true, undefined, true)],
    },
    crypto,
  );
  return certificate.toString('pem');
}

async function leaf(issuer: Issuer, wish: CertificateWish): Promise<Certified> {
  const keys = await newKeys(wish.curve === 'Ed25519' ? 'Ed25519' : algorithm);
  const { hosts = ['localhost'], attributes = {} } = wish;
  const certificate = await X509CertificateGenerator.create(
    {
      serialNumber: nextSerial(),
      subject: `CN=${wish.name ?? 'user'}${wish.unit === undefined ? '' : `,OU=${wish.unit}`}`,
      issuer: issuer.name,
      notBefore: wish.from ?? from,
      notAfter: wish.to ?? to,
      publicKey: keys.publicKey,
      signingKey: issuer.keys.privateKey,
      signingAlgorithm: algorithm,
      extensions: [
        new SubjectAlternativeNameExtension(
          hosts.map((value) => ({ type: 'dns' as const, value })),
        ),
        new Extension(
          '1.2.3.4.5.6.7.8.1',
          false,
          Buffer.from(JSON.stringify({ attrs: attributes })),
        ),
      ],
    },
    crypto,
  );
  return { certificate: certificate.toString('pem'), privateKeyPem: await pem(keys.privateKey) };
}

async function revocationList(issuer: Issuer, certificates: readonly string[]): Promise<string> {
  const list = await X509CrlGenerator.create(
    {
      issuer: issuer.name,
      // Long past: a list goes on to count when the next one is late.
      thisUpdate: new Date(Date.now() - 3 * DAY_MS),
      nextUpdate: new Date(Date.now() - 2 * DAY_MS),
      entries: certificates.map((one) => ({ serialNumber: new X509Certificate(one).serialNumber })),
      signingAlgorithm: algorithm,
      signingKey: issuer.keys.privateKey,
    },
    crypto,
  );
  // Labelled as RFC 7468 and Fabric CA do.
  return list.toString('pem').replaceAll(' CRL-', ' X509 CRL-');
}

function nextSerial(): string {
  serial += 1;
  return serial.toString(16).padStart(4, '0');
}

async function newKeys(
  kind: typeof algorithm | 'Ed25519' = algorithm,
): Promise<webcrypto.CryptoKeyPair> {
  const keys = await crypto.subtle.generateKey(kind, true, ['sign', 'verify']);
  return keys as webcrypto.CryptoKeyPair;
}

async function pem(key: webcrypto.CryptoKey): Promise<string> {
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', key)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`;
}

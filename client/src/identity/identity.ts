import { createPublicKey, randomBytes, verify, X509Certificate } from 'node:crypto';
import { SalusError } from '@salus/protocol/errors';
import { readMspDirectory } from './msp-directory.js';
import { newKeySigner, type Signer } from './signer.js';

/** Who calls: a member's certificate and something that signs with its key. */
export interface Identity {
  readonly mspId: string;
  /** X.509 certificate in PEM. */
  readonly certificate: string;
  readonly signer: Signer;
}

/** The ways in which an identity may be handed to `connect`. */
export type IdentitySource =
  | Identity
  | { readonly mspId: string; readonly certificate: string; readonly privateKeyPem: string }
  | { readonly mspDir: string; readonly mspId?: string };

/**
 * Loads an identity and proves, before anything is sent, that it can be used. The certificate is within its
 * validity and the signer holds the certificate's key.
 *
 * @param defaultMspId - member assumed for an MSP directory, which doesn't name its own
 * @throws SalusError `ERR_IDENTITY_MISSING`, `ERR_IDENTITY_INVALID`, `ERR_IDENTITY_EXPIRED`,
 *   `ERR_KEY_MISMATCH`
 */
export async function resolveIdentity(
  source: IdentitySource,
  defaultMspId?: string,
): Promise<Identity> {
  const identity = await load(source, defaultMspId);
  await checkIdentity(identity);
  return identity;
}

/**
 * An identity from an MSP directory as Fabric CA and cryptogen write it
 * (`signcerts/*.pem`, `keystore/*`).
 *
 * @example
 * const identity = await identityFromMsp('users/physician@cityhospital.salus.example/msp', 'CityHospitalMSP');
 * @throws SalusError as {@link resolveIdentity}
 */
export function identityFromMsp(mspDir: string, mspId: string): Promise<Identity> {
  return resolveIdentity({ mspDir, mspId });
}

async function load(source: IdentitySource, defaultMspId?: string): Promise<Identity> {
  if ('signer' in source) return source;
  if ('privateKeyPem' in source) {
    const { mspId, certificate, privateKeyPem } = source;
    return { mspId, certificate, signer: newKeySigner(privateKeyPem) };
  }
  const mspId = source.mspId ?? defaultMspId;
  if (mspId === undefined) {
    throw new SalusError('ERR_IDENTITY_INVALID', 'The identity does not name its member', {
      argument: 'mspId',
      expected: 'an MSP ID such as CityHospitalMSP',
      got: 'nothing',
    });
  }
  const { certificate, privateKey } = await readMspDirectory(source.mspDir);
  return { mspId, certificate, signer: newKeySigner(privateKey) };
}

async function checkIdentity({ certificate, signer, mspId }: Identity): Promise<void> {
  const x509 = parseCertificate(certificate);
  checkValidity(x509, mspId);
  const message = randomBytes(32);
  const signature = await signer.sign(message);
  if (!verify('sha256', message, createPublicKey(certificate), signature)) {
    throw new SalusError('ERR_KEY_MISMATCH', 'The private key does not belong to the certificate', {
      argument: 'identity',
      expected: `the key of ${oneLine(x509.subject)}`,
      got: 'another key',
      remedy: 'use the key and certificate of one enrolment, or enrol again',
    });
  }
}

function parseCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new SalusError('ERR_IDENTITY_INVALID', 'The certificate is not an X.509 certificate', {
      argument: 'certificate',
      expected: 'an X.509 certificate in PEM',
      cause,
    });
  }
}

function checkValidity(x509: X509Certificate, mspId: string): void {
  const now = Date.now();
  if (now > x509.validToDate.getTime()) {
    throw new SalusError(
      'ERR_IDENTITY_EXPIRED',
      `The certificate of ${oneLine(x509.subject)} (${mspId}) expired on ${x509.validToDate.toISOString()}`,
      { argument: 'certificate', remedy: 'enrol again with `salus enroll` or `salus reenroll`' },
    );
  }
  if (now < x509.validFromDate.getTime()) {
    throw new SalusError(
      'ERR_IDENTITY_EXPIRED',
      `The certificate of ${oneLine(x509.subject)} (${mspId}) is valid only from ${x509.validFromDate.toISOString()}`,
      { argument: 'certificate', remedy: "set this machine's clock, or wait" },
    );
  }
}

function oneLine(subject: string): string {
  return subject.replaceAll('\n', ', ');
}

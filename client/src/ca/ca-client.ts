import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { SalusError } from '@salus/protocol';
import type { CaEndpoint } from '../connection/profile.js';
import type { Identity } from '../identity/identity.js';
import { callCa } from './ca-transport.js';
import { makeCertificateRequest } from './certificate-request.js';

/** A certificate fresh from the CA, with the key it was made for. All PEM. */
export interface Enrollment {
  readonly certificate: string;
  readonly privateKey: string;
  /** The CA's own certificate and those above it. */
  readonly caChain: string;
}

/** An attribute that contracts may decide on. */
export interface CaAttribute {
  readonly name: string;
  readonly value: string;
  /** Put it into every enrolment certificate. */
  readonly ecert?: boolean;
}

/** A new identity to be known to the CA. */
export interface Registration {
  readonly id: string;
  /** `client`, `peer`, `orderer` or `admin`. */
  readonly type?: string;
  readonly affiliation?: string;
  readonly attributes?: readonly CaAttribute[];
  /** Chosen by the CA when left out. */
  readonly secret?: string;
  /** How often the secret serves; default once. */
  readonly maxEnrollments?: number;
}

const enrolled = z.object({
  Cert: z.string(),
  ServerInfo: z.object({ CAChain: z.string() }),
});

/**
 * A Fabric CA's REST interface: enrolment, registration, renewal, revocation. Private keys are made
 * here and never leave the process.
 *
 * @example
 * const ca = new CaClient(profile.certificateAuthorities[0]);
 * const enrollment = await ca.enroll('physician', secret);
 * await writeMspDirectory('physician/msp', enrollment);
 */
export class CaClient {
  readonly #endpoint: CaEndpoint;

  constructor(endpoint: CaEndpoint) {
    this.#endpoint = endpoint;
  }

  /**
   * Exchanges an ID and its enrolment secret for a certificate.
   *
   * @throws SalusError `ERR_CA_REFUSED` (unknown ID, wrong or used secret), `ERR_CA_UNREACHABLE`,
   *   `ERR_TLS_UNTRUSTED`
   */
  async enroll(id: string, secret: string): Promise<Enrollment> {
    const { privateKey, request } = await makeCertificateRequest(id);
    const result = await callCa(this.#endpoint, {
      path: '/api/v1/enroll',
      body: { certificate_request: request, caname: this.#endpoint.caName },
      authorization: () =>
        Promise.resolve(`Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`),
    });
    return toEnrollment(result, privateKey);
  }

  /**
   * A new certificate and key for an identity whose certificate is about to expire.
   *
   * @throws SalusError as {@link enroll}
   */
  async reenroll(identity: Identity): Promise<Enrollment> {
    const { privateKey, request } = await makeCertificateRequest(commonNameOf(identity));
    const result = await this.#signed(identity, '/api/v1/reenroll', {
      certificate_request: request,
    });
    return toEnrollment(result, privateKey);
  }

  /**
   * Makes a new identity known.
   *
   * @param registrar - an identity with the CA's attribute `hf.Registrar.Roles`
   * @returns the secret to enrol with
   * @throws SalusError `ERR_CA_REFUSED` when the registrar may not, or the ID is taken
   */
  async register(registrar: Identity, registration: Registration): Promise<string> {
    const { id, type = 'client', affiliation, attributes = [], secret } = registration;
    const result = await this.#signed(registrar, '/api/v1/register', {
      id,
      type,
      affiliation,
      secret,
      max_enrollments: registration.maxEnrollments ?? 1,
      attrs: attributes,
    });
    return z.object({ secret: z.string() }).parse(result).secret;
  }

  /**
   * Revokes every certificate of an identity and bars it from enrolling. The channel takes notice when
   * the member's certificate revocation list is put into its configuration.
   *
   * @throws SalusError `ERR_CA_REFUSED`
   */
  async revoke(registrar: Identity, id: string, reason = 'unspecified'): Promise<void> {
    await this.#signed(registrar, '/api/v1/revoke', { id, reason });
  }

  #signed(identity: Identity, path: string, body: object): Promise<unknown> {
    return callCa(this.#endpoint, {
      path,
      body: { ...body, caname: this.#endpoint.caName },
      authorization: (text) => token(identity, path, text),
    });
  }
}

/**
 * Fabric CA's authorization token: the certificate, and a signature over method, path, body and
 * certificate (fabric-ca, lib/util: GenECDSAToken).
 */
async function token({ certificate, signer }: Identity, path: string, body: string) {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const signed = `POST.${base64(path)}.${base64(body)}.${base64(certificate)}`;
  const signature = await signer.sign(Buffer.from(signed));
  return `${base64(certificate)}.${Buffer.from(signature).toString('base64')}`;
}

/** The CA renews a certificate only under the name that it has. */
function commonNameOf({ certificate }: Identity): string {
  return /^CN=(.*)$/m.exec(new X509Certificate(certificate).subject)?.[1] ?? '';
}

function toEnrollment(result: unknown, privateKey: string): Enrollment {
  const parsed = enrolled.safeParse(result);
  if (!parsed.success) {
    throw new SalusError(
      'ERR_CA_REFUSED',
      "The certificate authority's answer holds no certificate",
      {
        cause: parsed.error,
      },
    );
  }
  const decode = (text: string) => Buffer.from(text, 'base64').toString('utf8');
  const { Cert, ServerInfo } = parsed.data;
  return { certificate: decode(Cert), privateKey, caChain: decode(ServerInfo.CAChain) };
}

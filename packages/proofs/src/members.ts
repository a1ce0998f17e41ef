import { X509Certificate } from 'node:crypto';
import { Certificate } from '@fidm/x509';
import { z } from 'zod';
import { SalusError, sha256Hex } from '@salus/protocol';
import { isRevoked, issuerOf, type Authorities } from './authorities.js';

/** A channel's members with the CAs that their people's certificates come from. */
export type MemberRoots = ReadonlyMap<string, Authorities>;

/** Tells the members as they are now. */
export type MemberSource = () => Promise<MemberRoots>;

/** Someone whose certificate was checked. */
export interface VerifiedMember {
  readonly mspId: string;
  /** As the contracts compute it: SHA-256 of `x509::subject::issuer`. */
  readonly id: string;
  /** The attributes that its Fabric CA wrote into the certificate. */
  readonly role?: string;
  readonly practitioner?: string;
}

/** Fabric CA's extension with attributes: `{"attrs":{…}}`. */
const ATTRIBUTES = '1.2.3.4.5.6.7.8.1';
const attributes = z.object({
  attrs: z.object({
    'salus.role': z.string().optional(),
    'salus.practitioner': z.string().optional(),
  }),
});

/**
 * Checks that a certificate was issued by a CA of the member it claims to belong to, and is valid now
 * and not revoked.
 *
 * @throws SalusError `ERR_REQUEST_REFUSED`, `ERR_CERTIFICATE_REVOKED`
 */
export function verifyMember(
  certificate: X509Certificate,
  mspId: string,
  roots: MemberRoots,
  now: number,
): VerifiedMember {
  const authorities = roots.get(mspId);
  if (!authorities) throw refused(`${mspId} is not a member of the channel`);
  if (!issuerOf(certificate, authorities))
    throw refused(`no CA of ${mspId} issued the certificate`);
  if (isRevoked(certificate, authorities)) {
    throw new SalusError('ERR_CERTIFICATE_REVOKED', `${mspId} has revoked the certificate`);
  }
  if (certificate.ca) throw refused('the certificate is a CA');
  if (now < certificate.validFromDate.getTime() || now > certificate.validToDate.getTime()) {
    throw refused('the certificate is out of its validity');
  }
  return describeMember(mspId, certificate.toString());
}

/** What a certificate says of its owner; read with the library that the shim reads it with. */
export function describeMember(mspId: string, pem: string): VerifiedMember {
  const certificate = Certificate.fromPEM(Buffer.from(pem));
  const extension = certificate.extensions.find(({ oid }) => oid === ATTRIBUTES);
  const text = extension === undefined ? '{"attrs":{}}' : extension.value.toString();
  const { attrs } = parseAttributes(text);
  const [role, practitioner] = [attrs['salus.role'], attrs['salus.practitioner']];
  return {
    mspId,
    id: idOf(certificate),
    ...(role !== undefined && { role }),
    ...(practitioner !== undefined && { practitioner }),
  };
}

function parseAttributes(text: string): z.output<typeof attributes> {
  try {
    return attributes.parse(JSON.parse(text));
  } catch {
    throw refused('the attributes of the certificate are malformed');
  }
}

/** The contracts' ID of a certificate's owner. */
export function memberId(pem: string): string {
  return idOf(Certificate.fromPEM(Buffer.from(pem)));
}

function idOf({ subject, issuer }: Certificate): string {
  const name = (dn: typeof subject) =>
    dn.attributes
      .map(
        ({ shortName, value }: { shortName: string; value: string }) =>
          `/${shortName}=${value.replace('/', '\\/')}`,
      )
      .join('');
  return sha256Hex(`x509::${name(subject)}::${name(issuer)}`);
}

/** The error of everything that is wrong with the proof of who asks. */
export function refused(why: string): SalusError {
  return new SalusError('ERR_REQUEST_REFUSED', `The request is refused: ${why}`);
}

import { X509Certificate } from 'node:crypto';
import { isSignedBy, readRevocationList, type RevocationList } from './revocation-list.js';

/** The CAs of one organisation, and what they have revoked. */
export interface Authorities {
  readonly certificates: readonly X509Certificate[];
  /** Of certificates that a CA has revoked, see `revocationKey`. */
  readonly revoked: ReadonlySet<string>;
}

/**
 * Reads an MSP's CA certificates and revocation lists (PEM or DER). A list counts for the CA that signed
 * it, also past its next update: what is revoked stays so. As peers do, one that no CA of the MSP signed
 * is passed over.
 *
 * @throws Error for a certificate or list that can't be read: no peer takes an MSP with one
 */
export function readAuthorities(
  certificates: readonly string[],
  revocationLists: readonly (string | Uint8Array)[] = [],
): Authorities {
  const cas = certificates.map((pem) => new X509Certificate(pem));
  const revoked = new Set<string>();
  for (const list of revocationLists.flatMap(parseLists)) {
    // A renewed CA certificate has the key of the one before.
    for (const issuer of cas.filter((ca) => isSignedBy(list, ca))) {
      for (const one of list.serialNumbers) revoked.add(revocationKey(issuer, one));
    }
  }
  return { certificates: cas, revoked };
}

/** The authority that issued a certificate: name, right to and signature. */
export function issuerOf(
  certificate: X509Certificate,
  { certificates }: Authorities,
): X509Certificate | undefined {
  return certificates.find(
    (ca) => ca.ca && certificate.checkIssued(ca) && certificate.verify(ca.publicKey),
  );
}

/** Tells whether a certificate, or a CA on the way up to the root, was revoked by its issuer. */
export function isRevoked(certificate: X509Certificate, authorities: Authorities): boolean {
  const issuer = issuerOf(certificate, authorities);
  if (!issuer) return false;
  if (authorities.revoked.has(revocationKey(issuer, certificate.serialNumber))) return true;
  // Without the CAs below, so that two that issued each other lead in no circle.
  const certificates = authorities.certificates.filter((ca) => ca !== issuer);
  return isRevoked(issuer, { ...authorities, certificates });
}

/** Tells whether any of the CAs has revoked the certificate of a serial number (hex). */
export function hasRevoked(authorities: Authorities, serialNumber: string): boolean {
  return authorities.certificates.some((issuer) =>
    authorities.revoked.has(revocationKey(issuer, serialNumber)),
  );
}

/** Serial numbers are unique within a CA; libraries differ in case and leading zeros. */
function revocationKey(issuer: X509Certificate, serialNumber: string): string {
  return `${issuer.fingerprint256}/${BigInt(`0x${serialNumber}`).toString(16)}`;
}

const PEM = /-----BEGIN (?:X509 )?CRL-----([^-]+)-----END (?:X509 )?CRL-----/g;

function parseLists(encoded: string | Uint8Array): RevocationList[] {
  const bytes = Buffer.from(encoded);
  const blocks = [...bytes.toString('latin1').matchAll(PEM)];
  const ders = blocks.map(([, base64 = '']) => Buffer.from(base64, 'base64'));
  return (ders.length > 0 ? ders : [bytes]).map(readRevocationList);
}

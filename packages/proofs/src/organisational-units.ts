import type { X509Certificate } from 'node:crypto';
import { ASN1, Class, Tag } from '@fidm/asn1';

/** OID of `organizationalUnitName` (X.520). */
const UNIT = '2.5.4.11';

/**
 * The organisational units in the subject of a certificate, also several in one relative name, as Fabric
 * CA writes them.
 *
 * @throws Error for a certificate that can't be read
 */
export function unitsOf({ raw }: Pick<X509Certificate, 'raw'>): readonly string[] {
  const [tbs] = ASN1.fromDER(raw, true).mustCompound();
  const members = tbs?.mustCompound() ?? [];
  // TBSCertificate (RFC 5280, 4.1): [0] version?, serialNumber, signature, issuer, validity, subject
  const [first] = members;
  const subject = members[first?.class === Class.CONTEXT_SPECIFIC ? 5 : 4];
  return (subject?.mustCompound() ?? []).flatMap((relativeName) =>
    relativeName.mustCompound().flatMap((attribute) => {
      const [type, value] = attribute.mustCompound();
      if (type?.tag !== Tag.OID || value === undefined) return [];
      return ASN1.parseOID(type.bytes) === UNIT ? [value.bytes.toString('utf8')] : [];
    }),
  );
}

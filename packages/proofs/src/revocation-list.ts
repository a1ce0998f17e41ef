/** Certificate revocation lists (RFC 5280, section 5) as far as an MSP needs them. */
import { verify, type X509Certificate } from 'node:crypto';
import { ASN1, Class, Tag } from '@fidm/asn1';

/** A list, still without the word of a CA that it is that CA's. */
export interface RevocationList {
  /** In hex. */
  readonly serialNumbers: readonly string[];
  /** DER of what is signed. */
  readonly signed: Buffer;
  readonly algorithm: string;
  readonly signature: Buffer;
}

/** Hash of each signature algorithm (RFC 5758, RFC 4055, RFC 8410); Ed25519 hashes by itself. */
const DIGESTS: Readonly<Record<string, string | null>> = {
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.3.101.112': null,
};

/** @throws Error for what is no revocation list, or signed by an algorithm that is not known */
export function readRevocationList(der: Buffer): RevocationList {
  const [tbs, algorithm, signature] = ASN1.fromDER(der, true).mustCompound();
  const oid = algorithm && ASN1.parseOID(childOf(algorithm, 0).bytes);
  if (
    tbs === undefined ||
    signature === undefined ||
    oid === undefined ||
    !Object.hasOwn(DIGESTS, oid)
  ) {
    throw new Error('It is no revocation list that can be verified');
  }
  return {
    serialNumbers: serialNumbersOf(tbs),
    signed: tbs.DER,
    algorithm: oid,
    signature: ASN1.parseBitString(signature.bytes).buf,
  };
}

/** Tells whether a CA has signed a list. */
export function isSignedBy(
  { signed, algorithm, signature }: RevocationList,
  { publicKey }: X509Certificate,
): boolean {
  const digest = DIGESTS[algorithm];
  if ((publicKey.asymmetricKeyType === 'ed25519') !== (digest === null)) return false;
  return verify(digest, signed, publicKey, signature);
}

/** TBSCertList: version?, signature, issuer, thisUpdate, nextUpdate?, revokedCertificates?, extensions? */
function serialNumbersOf(tbs: ASN1): string[] {
  const members = tbs.mustCompound();
  const start = is(members[0], Tag.INTEGER) ? 3 : 2;
  const [, next, ...rest] = members.slice(start);
  const isTime = is(next, Tag.UTCTIME) || is(next, Tag.GENERALIZEDTIME);
  const revoked = isTime ? rest[0] : next;
  if (revoked === undefined || !is(revoked, Tag.SEQUENCE)) return [];
  return revoked.mustCompound().map((entry) => childOf(entry, 0).bytes.toString('hex'));
}

function is(node: ASN1 | undefined, tag: Tag): boolean {
  return node?.class === Class.UNIVERSAL && node.tag === tag;
}

function childOf(node: ASN1, at: number): ASN1 {
  const child = node.mustCompound()[at];
  if (child === undefined) throw new Error('A member of the revocation list is missing');
  return child;
}

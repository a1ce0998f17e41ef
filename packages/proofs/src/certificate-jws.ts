/** Signed claims with the certificate (x5c) of a Fabric identity: compact JWS (RFC 7515), ES256. */
import { verify, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { refused, verifyMember, type MemberRoots, type VerifiedMember } from './members.js';

const header = z.strictObject({
  alg: z.literal('ES256'),
  typ: z.string(),
  x5c: z.tuple([z.string().min(1)]),
});

/** Who signs claims: a certificate in PEM, and what signs messages with its key. */
export interface ClaimsSigner {
  readonly certificate: string;
  readonly signer: { sign(message: Uint8Array): Promise<Uint8Array> | Uint8Array };
}

/** Signs claims with an identity's key. `typ` tells what they are. */
export async function signClaims(
  identity: ClaimsSigner,
  typ: string,
  claims: object,
): Promise<string> {
  const x5c = [new X509Certificate(identity.certificate).raw.toString('base64')];
  const input = [{ alg: 'ES256', typ, x5c }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const der = await identity.signer.sign(Buffer.from(input, 'ascii'));
  return `${input}.${derToRaw(der).toString('base64url')}`;
}

/** What signed claims are judged by. */
export interface ClaimsJudge<S extends z.ZodType> {
  readonly typ: string;
  readonly schema: S;
  readonly roots: MemberRoots;
  /** Time at which the certificate has to be valid, in milliseconds. */
  readonly now: number;
  /** Longer ones are refused unread. */
  readonly maxLength: number;
}

/**
 * Verifies signed claims: signature, certificate of a member of the channel, and their form. The claims
 * say in `mspId` whose they are.
 *
 * @throws SalusError `ERR_REQUEST_REFUSED`, `ERR_CERTIFICATE_REVOKED`
 */
export function verifyClaims<S extends z.ZodType<{ mspId: string }>>(
  token: string,
  { typ, schema, roots, now, maxLength }: ClaimsJudge<S>,
): { readonly claims: z.output<S>; readonly member: VerifiedMember } {
  if (token.length > maxLength) throw refused('its token is too long');
  const [head = '', body = '', signature = '', ...rest] = token.split('.');
  if (rest.length > 0 || signature === '') throw refused('its token is not a compact JWS');
  const { x5c, typ: named } = decode(header, head);
  if (named !== typ) throw refused('its token is of another kind');
  const claims = decode(schema, body);
  const certificate = parseCertificate(x5c[0]);
  const member = verifyMember(certificate, claims.mspId, roots, now);
  const { publicKey: key } = certificate;
  // Node refuses a digest for keys of other kinds by an error of its own.
  const good =
    key.asymmetricKeyType === 'ec' &&
    verify(
      'sha256',
      Buffer.from(`${head}.${body}`, 'ascii'),
      { key, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    );
  if (!good) throw refused('the signature is wrong');
  return { claims, member };
}

function decode<S extends z.ZodType>(schema: S, part: string): z.output<S> {
  try {
    return schema.parse(JSON.parse(Buffer.from(part, 'base64url').toString('utf8')));
  } catch {
    throw refused('its token is malformed');
  }
}

function parseCertificate(base64: string): X509Certificate {
  try {
    return new X509Certificate(Buffer.from(base64, 'base64'));
  } catch {
    throw refused('its certificate is malformed');
  }
}

/** ECDSA signature from DER to `r || s` (RFC 7518, 3.4). */
function derToRaw(der: Uint8Array): Buffer {
  const bytes = Buffer.from(der);
  const r = readInteger(bytes, 2);
  const s = readInteger(bytes, r.end);
  return Buffer.concat([r.scalar, s.scalar]);
}

function readInteger(der: Buffer, at: number): { scalar: Buffer; end: number } {
  const length = der.readUInt8(at + 1);
  const end = at + 2 + length;
  const digits = der.subarray(at + 2, end).subarray(-32);
  return { scalar: Buffer.concat([Buffer.alloc(32 - digits.length), digits]), end };
}

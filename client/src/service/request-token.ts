/**
 * Proof of who sends a request to a service: a JWS (RFC 7515) with the sender's certificate (x5c) over
 * method, path, body, receiver, time and a nonce, made with the key of the sender's Fabric identity.
 */
import { createHash, randomUUID, verify, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import type { Identity } from '../identity/identity.js';
import { refused, verifyMember, type MemberRoots, type VerifiedMember } from './members.js';

const TYP = 'salus-request+jws';
/** A request is good for this long, by the receiver's clock, in either direction. */
export const REQUEST_WINDOW_MS = 60_000;
const MAX_TOKEN = 16_384;

/** What a token is made for. */
export interface RequestTarget {
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  /** `host:port` of the service, so that no other service can use the token. */
  readonly audience: string;
  readonly body: Uint8Array;
}

const header = z.strictObject({
  alg: z.literal('ES256'),
  typ: z.literal(TYP),
  x5c: z.tuple([z.string().min(1)]),
});
const payload = z.strictObject({
  mspId: z.string(),
  method: z.string(),
  path: z.string(),
  audience: z.string(),
  bodyHash: z.string(),
  iat: z.int(),
  jti: z.uuid(),
});
type Payload = z.infer<typeof payload>;

/** Makes the token of one request. `now` in milliseconds. */
export async function signRequest(
  identity: Identity,
  target: RequestTarget,
  now = Date.now(),
): Promise<string> {
  const x5c = [new X509Certificate(identity.certificate).raw.toString('base64')];
  const claims: Payload = {
    mspId: identity.mspId,
    method: target.method,
    path: target.path,
    audience: target.audience,
    bodyHash: hash(target.body),
    iat: now,
    jti: randomUUID(),
  };
  const input = [{ alg: 'ES256', typ: TYP, x5c }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const der = await identity.signer.sign(Buffer.from(input, 'ascii'));
  return `${input}.${derToRaw(der).toString('base64url')}`;
}

/** Remembers the requests of the last minutes, so that each is taken once. */
export class ReplayGuard {
  readonly #seen = new Map<string, number>();

  /** @throws SalusError `ERR_REQUEST_REFUSED` for one seen before */
  take(jti: string, now: number): void {
    for (const [id, at] of this.#seen) {
      if (now - at <= 2 * REQUEST_WINDOW_MS) break;
      this.#seen.delete(id);
    }
    if (this.#seen.has(jti)) throw refused('it was sent before');
    this.#seen.set(jti, now);
  }
}

/** What a receiver judges tokens by. */
export interface TokenJudge {
  readonly roots: MemberRoots;
  readonly now: number;
  /** Left out where a kept token is checked again. */
  readonly replays?: ReplayGuard;
  readonly windowMs?: number;
}

/**
 * Verifies a token: signature, member's certificate, target, time, and that it is new.
 *
 * @throws SalusError `ERR_REQUEST_REFUSED`, `ERR_CERTIFICATE_REVOKED`
 */
export function verifyRequest(
  token: string,
  target: RequestTarget,
  { roots, now, replays, windowMs = REQUEST_WINDOW_MS }: TokenJudge,
): VerifiedMember {
  if (token.length > MAX_TOKEN) throw refused('its token is too long');
  const [head = '', body = '', signature = '', ...rest] = token.split('.');
  if (rest.length > 0 || signature === '') throw refused('its token is not a compact JWS');
  const { x5c } = decode(header, head);
  const claims = decode(payload, body);
  const certificate = parseCertificate(x5c[0]);
  const member = verifyMember(certificate, claims.mspId, roots, now);
  const good = verify(
    'sha256',
    Buffer.from(`${head}.${body}`, 'ascii'),
    { key: certificate.publicKey, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  if (!good) throw refused('the signature is wrong');
  if (Math.abs(now - claims.iat) > windowMs) throw refused('it is too old, or the clocks differ');
  for (const name of ['method', 'path', 'audience'] as const) {
    if (claims[name] !== target[name]) throw refused(`it was made for another ${name}`);
  }
  if (claims.bodyHash !== hash(target.body)) throw refused('its content was changed');
  replays?.take(claims.jti, now);
  return member;
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

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
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

/** A dealer's letter as evidence: anybody with the recipient's key sees what the dealer sealed. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  verify,
  X509Certificate,
  type KeyObject,
} from 'node:crypto';
import { z } from 'zod';
import { fromBase64url, SalusError, sha256Hex } from '@salus/protocol';
import { pathOf, type ShownLetter } from '@salus/protocol/computation';
import { splitFrames } from './frames.js';
import { openBox, readLetter, type SealedLetter } from './sealed-letter.js';

const header = z.object({
  alg: z.literal('ES256'),
  typ: z.literal('salus-request+jws'),
  x5c: z.tuple([z.string()]),
});
const claims = z.object({ method: z.literal('PUT'), path: z.string(), bodyHash: z.string() });

/** Base64 digits; fifty times what the largest committee's dealers seal. A longer one would fit into no transaction. */
const MAX_BODY = 1024 * 1024;

/** Which letter it has to be. */
export interface LetterTerms {
  readonly keyId: string;
  readonly epoch: number;
  /** The dealer. */
  readonly from: string;
  readonly to: string;
  /** What the dealer committed to. No two ceremonies have the same, whatever the names of their keys. */
  readonly commitment: string;
  /** {@link fingerprintOfKey} of the dealer's officer. */
  readonly signer: string;
}

/** SHA-256 of the public key of a certificate (PEM or DER), as SPKI. */
export function fingerprintOfKey(certificate: string | Uint8Array): string {
  const read = new X509Certificate(
    typeof certificate === 'string' ? certificate : Buffer.from(certificate),
  );
  return fingerprintOf(read.publicKey);
}

/**
 * What a dealer sealed in a letter, by name. The letter is the dealer's, of this ceremony and for this recipient: its
 * signature covers all of that, and the public key that it was sealed to. So the recipient shows no other letter, and no
 * other key.
 *
 * @param privateKey - of the recipient, in base64url
 * @returns undefined where the letter does not open, or holds nothing that can be read: its dealer sealed it so
 * @throws SalusError `ERR_LETTER_INVALID` where it is another letter, or another key
 */
export async function openShown(
  shown: ShownLetter,
  privateKey: string,
  terms: LetterTerms,
): Promise<ReadonlyMap<string, Uint8Array> | undefined> {
  if (shown.body.length > MAX_BODY) {
    throw invalid('letter', 'the letter is too long', `up to ${MAX_BODY} digits`);
  }
  const body = Buffer.from(shown.body, 'base64');
  const path = signedPath(shown.token, body, terms);
  const letter = readLetter(body);
  if (letter?.commitment !== terms.commitment) {
    throw invalid('letter', 'the letter belongs to another ceremony', terms.commitment);
  }
  requireKeyOf(letter, privateKey);
  try {
    return splitFrames(await openBox(letter, path, privateKey));
  } catch (error) {
    if (error instanceof SalusError && UNREADABLE.has(error.code)) return undefined;
    throw error;
  }
}

const UNREADABLE: ReadonlySet<string> = new Set(['ERR_DECRYPTION_FAILED', 'ERR_INVALID_ARGUMENT']);

/** The place that the sender signed for, once its signature is found to cover the letter. */
function signedPath(token: string, body: Buffer, terms: LetterTerms): string {
  const [head = '', payload = '', signature = '', ...rest] = token.split('.');
  const signed = decode(header, head);
  const said = decode(claims, payload);
  if (!signed || !said || rest.length > 0) {
    throw invalid('letter', 'the signature of the letter is malformed', 'the letter as it came');
  }
  const key = keyOf(signed.x5c[0]);
  if (!key || fingerprintOf(key) !== terms.signer) {
    throw invalid(
      'letter',
      `the letter is not signed by who revealed for ${terms.from}`,
      terms.signer,
    );
  }
  const input = Buffer.from(`${head}.${payload}`, 'ascii');
  const isSigned =
    key.asymmetricKeyType === 'ec' &&
    verify(
      'sha256',
      input,
      { key, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    );
  if (!isSigned || said.bodyHash !== sha256Hex(body)) {
    throw invalid('letter', 'the signature of the letter does not fit', 'the letter as it came');
  }
  const { keyId, epoch, from, to } = terms;
  const place = { chaincode: chaincodeIn(said.path), matter: { keyId, epoch }, from, to };
  if (pathOf(place) !== said.path) {
    throw invalid('letter', 'the letter was left at another place', `from ${from} to ${to}`);
  }
  return said.path;
}

/** The chaincode is not held against anything: the commitment tells the ceremony. */
function chaincodeIn(path: string): string {
  try {
    return decodeURIComponent(path.split('/')[3] ?? '');
  } catch {
    return '';
  }
}

/** One spelling only: to seal to another one gives another box. */
function requireKeyOf({ publicKey }: SealedLetter, privateKey: string): void {
  if (ownKeyOf(privateKey) === publicKey) return;
  throw invalid('receivingKey', 'the key is not the one that the letter was sealed to', publicKey);
}

/** RFC 8410, 7: what stands before the 32 bytes of an X25519 key in PKCS #8. */
const X25519_PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex');

function ownKeyOf(privateKey: string): string | undefined {
  const bytes = fromBase64url(privateKey);
  if (bytes?.length !== 32) return undefined;
  const key = Buffer.concat([X25519_PKCS8, bytes]);
  const pair = createPublicKey(createPrivateKey({ key, format: 'der', type: 'pkcs8' }));
  return pair.export({ format: 'jwk' }).x;
}

function keyOf(base64: string): KeyObject | undefined {
  try {
    return new X509Certificate(Buffer.from(base64, 'base64')).publicKey;
  } catch {
    return undefined;
  }
}

function fingerprintOf(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

function decode<S extends z.ZodType>(schema: S, part: string): z.output<S> | undefined {
  try {
    return schema.parse(JSON.parse(Buffer.from(part, 'base64url').toString('utf8')));
  } catch {
    return undefined;
  }
}

function invalid(argument: string, message: string, expected: string): SalusError {
  return new SalusError('ERR_LETTER_INVALID', message, { argument, expected });
}

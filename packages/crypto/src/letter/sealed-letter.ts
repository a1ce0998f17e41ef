/** A letter between parties of a computation: a sealed box, and what its sender's signature covers with it. */
import { z } from 'zod';
import { SalusError } from '@salus/protocol';
import { pathOf, type MailboxPlace } from '@salus/protocol/computation';
import { openSealed, sealTo } from '../hpke/index.js';

const box = { enc: z.string(), ciphertext: z.string() };

/** Of release 0.1.0. It names no key, so nobody can show what is in it. */
const first = z.strictObject(box);
const second = z.strictObject({
  version: z.literal(2),
  ...box,
  /** The public key that the box was sealed to. */
  publicKey: z.string(),
  /** Of packages: what their dealer committed to in the ceremony that they belong to. */
  commitment: z.string().optional(),
});

/** A letter that names the key that it was sealed to. */
export type SealedLetter = z.infer<typeof second>;

/** Whom a letter is for, and what it belongs to. */
export interface Sealing {
  readonly place: MailboxPlace;
  /** The recipient's. */
  readonly publicKey: string;
  /** Of packages: what their dealer committed to. */
  readonly commitment?: string | undefined;
}

/**
 * Seals a letter. Its sender signs the bytes, which name the key and, of packages, the dealer's commitment.
 * @throws SalusError `ERR_KEY_INVALID`
 */
export async function sealLetter(
  { place, publicKey, commitment }: Sealing,
  plain: Uint8Array,
): Promise<Buffer> {
  const sealed = await sealTo(publicKey, plain, contextOf(2, pathOf(place)));
  const letter: SealedLetter = {
    version: 2,
    ...sealed,
    publicKey,
    ...(commitment !== undefined && { commitment }),
  };
  return Buffer.from(JSON.stringify(letter));
}

/**
 * Opens a letter, of this form or of that of 0.1.0.
 * @throws SalusError `ERR_DECRYPTION_FAILED`
 */
export async function openLetter(
  body: Uint8Array,
  place: MailboxPlace,
  privateKey: string,
): Promise<Uint8Array> {
  const letter = parse(z.union([second, first]), body);
  if (!letter) {
    throw new SalusError('ERR_DECRYPTION_FAILED', 'The letter is not a sealed box');
  }
  return openBox(letter, pathOf(place), privateKey);
}

/** @returns undefined for a letter that names no key */
export function readLetter(body: Uint8Array): SealedLetter | undefined {
  return parse(second, body);
}

/** @throws SalusError `ERR_DECRYPTION_FAILED` */
export function openBox(
  letter: SealedLetter | z.infer<typeof first>,
  path: string,
  privateKey: string,
): Promise<Uint8Array> {
  const { enc, ciphertext } = letter;
  return openSealed(privateKey, { enc, ciphertext }, contextOf('version' in letter ? 2 : 1, path));
}

function contextOf(version: 1 | 2, path: string) {
  return { info: `salus/committee-letter/v${version}`, aad: path };
}

function parse<S extends z.ZodType>(schema: S, body: Uint8Array): z.output<S> | undefined {
  try {
    return schema.parse(JSON.parse(Buffer.from(body).toString('utf8')));
  } catch {
    return undefined;
  }
}

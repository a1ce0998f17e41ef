/**
 * What RFC 9180 (HPKE) does with a Diffie–Hellman result, base mode: DHKEM(P-256, HKDF-SHA256),
 * HKDF-SHA256, AES-256-GCM. Libraries do it around a private key of their own; here nobody has it, and
 * the result comes out of several hands.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { expand, extract } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { SalusError } from '@salus/protocol';
import type { GroupPoint } from './group.js';

/** RFC 9180, 7: registered numbers. */
const KEM_P256_HKDF_SHA256 = 0x0010;
const KDF_HKDF_SHA256 = 0x0001;
const AEADS = {
  'aes-128-gcm': { id: 0x0001, keyBytes: 16 },
  'aes-256-gcm': { id: 0x0002, keyBytes: 32 },
} as const;
/** RFC 9180, 5: mode_base. */
const MODE_BASE = 0x00;
const SECRET_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const NONE = new Uint8Array();

export type HpkeAead = keyof typeof AEADS;

/** A Diffie–Hellman result, and the public values that the KEM binds it to. */
export interface Agreement {
  /** The x coordinate of the shared point (RFC 9180, 4.1 and 7.1.2): 32 bytes, to be wiped. */
  readonly dh: Uint8Array;
  /** What the sender encapsulated. */
  readonly enc: GroupPoint;
  readonly recipient: GroupPoint;
}

/** Keys of one HPKE context; to be wiped. */
export interface HpkeContext {
  readonly aead: HpkeAead;
  readonly sharedSecret: Uint8Array;
  readonly key: Uint8Array;
  readonly baseNonce: Uint8Array;
}

/** RFC 9180, 4.1 and 5.1: from the Diffie–Hellman result to the keys of the context. */
export function hpkeContext(
  { dh, enc, recipient }: Agreement,
  info: Uint8Array,
  aead: HpkeAead = 'aes-256-gcm',
): HpkeContext {
  const kem = labelled(concat(utf8('KEM'), i2osp(KEM_P256_HKDF_SHA256)));
  const kemContext = concat(enc.toBytes(false), recipient.toBytes(false));
  const eaePrk = kem.extract(NONE, 'eae_prk', dh);
  const sharedSecret = kem.expand(eaePrk, 'shared_secret', kemContext, SECRET_BYTES);

  const { id, keyBytes } = AEADS[aead];
  const suite = [KEM_P256_HKDF_SHA256, KDF_HKDF_SHA256, id].map((number) => i2osp(number));
  const hpke = labelled(concat(utf8('HPKE'), ...suite));
  const scheduleContext = concat(
    Uint8Array.of(MODE_BASE),
    hpke.extract(NONE, 'psk_id_hash', NONE),
    hpke.extract(NONE, 'info_hash', info),
  );
  const secret = hpke.extract(sharedSecret, 'secret', NONE);
  const key = hpke.expand(secret, 'key', scheduleContext, keyBytes);
  const baseNonce = hpke.expand(secret, 'base_nonce', scheduleContext, NONCE_BYTES);
  wipe(eaePrk, secret);
  return { aead, sharedSecret, key, baseNonce };
}

/** Seals the first and only message of a context (sequence number 0). */
export function sealOnce(context: HpkeContext, plaintext: Uint8Array, aad: Uint8Array): Buffer {
  const cipher = createCipheriv(context.aead, context.key, context.baseNonce);
  cipher.setAAD(aad);
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** Opens what {@link sealOnce} sealed. @throws SalusError `ERR_DECRYPTION_FAILED` */
export function openOnce(context: HpkeContext, ciphertext: Uint8Array, aad: Uint8Array): Buffer {
  try {
    const end = Math.max(0, ciphertext.length - TAG_BYTES);
    const decipher = createDecipheriv(context.aead, context.key, context.baseNonce, {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(aad);
    decipher.setAuthTag(ciphertext.subarray(end));
    return Buffer.concat([decipher.update(ciphertext.subarray(0, end)), decipher.final()]);
  } catch (cause) {
    throw new SalusError(
      'ERR_DECRYPTION_FAILED',
      'The content key was sealed to another key or record, or was changed',
      { cause },
    );
  }
}

/** What Diffie and Hellman's result is of a shared point. */
export function agreedOf(shared: GroupPoint): Uint8Array {
  return shared.toBytes(true).subarray(1);
}

/** Overwrites a context's keys. */
export function wipeContext({ sharedSecret, key, baseNonce }: HpkeContext): void {
  wipe(sharedSecret, key, baseNonce);
}

/** Overwrites secrets. */
export function wipe(...secrets: readonly Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0);
}

/** LabeledExtract and LabeledExpand (RFC 9180, 4) of one suite. */
function labelled(suiteId: Uint8Array) {
  const version = utf8('HPKE-v1');
  return {
    extract: (salt: Uint8Array, label: string, ikm: Uint8Array) =>
      extract(sha256, concat(version, suiteId, utf8(label), ikm), salt),
    expand: (prk: Uint8Array, label: string, info: Uint8Array, length: number) =>
      expand(sha256, prk, concat(i2osp(length), version, suiteId, utf8(label), info), length),
  };
}

/** I2OSP(n, 2) of RFC 8017. */
function i2osp(number: number): Uint8Array {
  return Uint8Array.of(number >> 8, number & 0xff);
}

function utf8(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'utf8'));
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

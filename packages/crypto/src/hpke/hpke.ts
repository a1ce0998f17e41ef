/**
 * Hybrid public key encryption (RFC 9180), base mode:
 * DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. Runs in browsers as in Node.
 */
import type { webcrypto } from 'node:crypto';
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import { fromBase64url, SalusError, toBase64url } from '@salus/protocol';

/** RFC 9180, 7.1: lengths of an X25519 encapsulation and key. */
const ENCAPSULATION_BYTES = 32;
const KEY_BYTES = 32;

const suite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});

/** A raw X25519 key pair, base64url without padding. */
export interface HpkeKeyPair {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** What {@link sealTo} makes: an encapsulated key and a ciphertext, base64url. */
export interface SealedBox {
  readonly enc: string;
  readonly ciphertext: string;
}

/** What a sealed box is bound to. Both sides must give the same. */
export interface SealContext {
  /** The purpose, so that a box made for one can't be used for another. */
  readonly info: string;
  /** Public data that belongs to the plaintext, e.g. the record's ID. */
  readonly aad?: string;
}

/** Makes a key pair to receive sealed boxes. */
export async function generateHpkeKeyPair(): Promise<HpkeKeyPair> {
  return serialize((await suite.kem.generateKeyPair()) as webcrypto.CryptoKeyPair);
}

/**
 * The key pair that belongs to a secret (RFC 9180, 7.1.3): the same again from the same.
 *
 * @param secret - as many bits of entropy as the key is to have
 */
export async function deriveHpkeKeyPair(secret: Uint8Array): Promise<HpkeKeyPair> {
  return serialize(
    (await suite.kem.deriveKeyPair(toArrayBuffer(secret))) as webcrypto.CryptoKeyPair,
  );
}

async function serialize(pair: webcrypto.CryptoKeyPair): Promise<HpkeKeyPair> {
  const [publicKey, privateKey] = await Promise.all([
    suite.kem.serializePublicKey(pair.publicKey),
    suite.kem.serializePrivateKey(pair.privateKey),
  ]);
  return { publicKey: base64url(publicKey), privateKey: base64url(privateKey) };
}

/**
 * Seals a secret to the holder of a public key.
 *
 * @param publicKey - base64url of 32 bytes
 * @throws SalusError `ERR_KEY_INVALID` when it isn't one
 * @example
 * const box = await sealTo(physician.publicKey, contentKey, { info: 'salus/content-key/v1', aad: recordId });
 */
export async function sealTo(
  publicKey: string,
  plaintext: Uint8Array,
  { info, aad = '' }: SealContext,
): Promise<SealedBox> {
  const bytes = decodeKey(publicKey, 'publicKey');
  try {
    const recipientPublicKey = (await suite.kem.deserializePublicKey(bytes)) as webcrypto.CryptoKey;
    const sender = await suite.createSenderContext({ recipientPublicKey, info: utf8(info) });
    const ciphertext = await sender.seal(toArrayBuffer(plaintext), utf8(aad));
    return { enc: base64url(sender.enc), ciphertext: base64url(ciphertext) };
  } catch (cause) {
    throw invalidKey('publicKey', cause);
  }
}

/**
 * Opens a sealed box.
 *
 * @throws SalusError `ERR_KEY_INVALID`; `ERR_DECRYPTION_FAILED` when the box was made for another key,
 *   purpose or record, or was changed
 */
export async function openSealed(
  privateKey: string,
  { enc, ciphertext }: SealedBox,
  { info, aad = '' }: SealContext,
): Promise<Uint8Array> {
  const bytes = decodeKey(privateKey, 'privateKey');
  const [encapsulated, sealed] = [fromBase64url(enc), fromBase64url(ciphertext)];
  if (encapsulated?.length !== ENCAPSULATION_BYTES || !sealed) throw failed();
  const recipientKey = await privateKeyOf(bytes);
  try {
    const recipient = await suite.createRecipientContext({
      recipientKey,
      enc: toArrayBuffer(encapsulated),
      info: utf8(info),
    });
    return new Uint8Array(await recipient.open(toArrayBuffer(sealed), utf8(aad)));
  } catch (cause) {
    throw failed(cause);
  }
}

async function privateKeyOf(bytes: ArrayBuffer): Promise<webcrypto.CryptoKey> {
  try {
    return (await suite.kem.deserializePrivateKey(bytes)) as webcrypto.CryptoKey;
  } catch (cause) {
    throw invalidKey('privateKey', cause);
  }
}

function decodeKey(key: string, argument: string): ArrayBuffer {
  const bytes = fromBase64url(key);
  if (bytes?.length !== KEY_BYTES) {
    throw new SalusError('ERR_KEY_INVALID', `The ${argument} is not an X25519 key`, {
      argument,
      expected: '32 bytes in base64url without padding',
      got: bytes ? `${bytes.length} bytes` : 'another text',
    });
  }
  return toArrayBuffer(bytes);
}

function invalidKey(argument: string, cause: unknown): SalusError {
  return new SalusError('ERR_KEY_INVALID', `The ${argument} is not an X25519 key`, {
    argument,
    cause,
  });
}

function failed(cause?: unknown): SalusError {
  return new SalusError(
    'ERR_DECRYPTION_FAILED',
    'The sealed box was made for another key or purpose, or was changed',
    cause === undefined ? {} : { cause },
  );
}

function base64url(bytes: ArrayBuffer): string {
  return toBase64url(new Uint8Array(bytes));
}

function utf8(text: string): ArrayBuffer {
  return toArrayBuffer(new TextEncoder().encode(text));
}

/** A copy in a buffer of its own: Node's small Buffers share one pool. */
function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

import type { webcrypto } from 'node:crypto';
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core';
import { sha256Hex } from '@salus/protocol';
import { coded } from '@salus/testing/coded';
import { encodeBase64url, GENERATOR, multiplySecret, randomScalar } from './group.js';
import {
  emergencyContext,
  sealForEmergency,
  verifyEncapsulation,
  type EmergencyBinding,
} from './seal.js';

const secret = randomScalar();
const key = {
  keyId: 'emergency-2026',
  publicKey: encodeBase64url(
    multiplySecret(GENERATOR, secret, { code: 'ERR_KEY_INVALID', argument: 'test' }).toBytes(false),
  ),
};
const binding: EmergencyBinding = {
  pseudonym: 'p'.repeat(43),
  recordId: 'r1',
  contentHash: 'c'.repeat(64),
};
const contentKey = Buffer.alloc(32, 7);

describe('a content key sealed for emergencies', () => {
  const sealed = sealForEmergency(contentKey, key, binding);

  it('is ordinary HPKE: a library opens it with the whole key', async () => {
    const suite = new CipherSuite({
      kem: new DhkemP256HkdfSha256(),
      kdf: new HkdfSha256(),
      aead: new Aes256Gcm(),
    });
    const recipientKey = (await suite.kem.deserializePrivateKey(
      Uint8Array.from(secret).buffer,
    )) as webcrypto.CryptoKey;
    const { info, aad } = emergencyContext(key.keyId, binding);
    const bytes = (text: string, encoding: BufferEncoding) =>
      Uint8Array.from(Buffer.from(text, encoding)).buffer;
    const recipient = await suite.createRecipientContext({
      recipientKey,
      enc: bytes(sealed.enc, 'base64url'),
      info: bytes(info, 'utf8'),
    });
    const opened = await recipient.open(bytes(sealed.ciphertext, 'base64url'), bytes(aad, 'utf8'));
    expect(Buffer.from(opened)).toEqual(contentKey);
  });

  it('is told by the hash of its encapsulation, and differs each time', () => {
    expect(sealed.encHash).toBe(sha256Hex(Buffer.from(sealed.enc, 'base64url')));
    expect(sealForEmergency(contentKey, key, binding).enc).not.toBe(sealed.enc);
  });

  it('belongs to its record', () => {
    expect(
      encodeBase64url(verifyEncapsulation(sealed, binding, sealed.encHash).toBytes(false)),
    ).toBe(sealed.enc);
  });

  const refusal = coded('ERR_CIPHERTEXT_INVALID');
  it.each([
    ['another record', { ...binding, recordId: 'r2' }],
    ['another patient', { ...binding, pseudonym: 'q'.repeat(43) }],
    ['another content', { ...binding, contentHash: 'd'.repeat(64) }],
  ])('belongs to no record of %s', (_what, other) => {
    expect(() => verifyEncapsulation(sealed, other, sealed.encHash)).toThrow(refusal);
  });

  it('belongs to one key, and to what the ledger holds', () => {
    const other = { ...sealed, keyId: 'emergency-2027' };
    expect(() => verifyEncapsulation(other, binding, sealed.encHash)).toThrow(refusal);
    expect(() => verifyEncapsulation(sealed, binding, '0'.repeat(64))).toThrow(refusal);
  });

  it.each([
    ['too short', Buffer.alloc(3)],
    ['compressed', Buffer.concat([Buffer.of(2), Buffer.alloc(32, 1)])],
    ['the identity', Buffer.of(0)],
    ['zeros', Buffer.alloc(65)],
    ['off the curve', Buffer.concat([Buffer.of(4), Buffer.alloc(64, 1)])],
    ['beyond the field', Buffer.concat([Buffer.of(4), Buffer.alloc(64, 0xff)])],
  ])('is none where the encapsulation is %s', (_what, bytes) => {
    const broken = { ...sealed, enc: encodeBase64url(bytes) };
    expect(() => verifyEncapsulation(broken, binding, sha256Hex(bytes))).toThrow(refusal);
  });

  it('is made of 32 bytes for a real key', () => {
    expect(() => sealForEmergency(Buffer.alloc(16), key, binding)).toThrow(
      coded('ERR_INVALID_ARGUMENT'),
    );
    expect(() => sealForEmergency(contentKey, { ...key, publicKey: 'AAAA' }, binding)).toThrow(
      coded('ERR_KEY_INVALID'),
    );
  });
});

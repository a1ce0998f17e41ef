import type { webcrypto } from 'node:crypto';
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core';
import { coded } from '@salus/testing/coded';
import { decodePoint, GENERATOR, multiplySecret, randomScalar } from './group.js';
import { agreedOf, hpkeContext, openOnce, sealOnce } from './kem.js';

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const blame = { code: 'ERR_KEY_INVALID', argument: 'test' } as const;

/** RFC 9180, A.3.1: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, base mode. */
const A3 = {
  info: hex('4f6465206f6e2061204772656369616e2055726e'),
  skEm: hex('4995788ef4b9d6132b249ce59a77281493eb39af373d236a1fe415cb0c2d7beb'),
  enc: hex(
    '04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac9' +
      '8536d7b61a1af4b78e5b7f951c0900be863c403ce65c9bfcb9382657222d18c4',
  ),
  skRm: hex('f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2'),
  pkRm: hex(
    '04fe8c19ce0905191ebc298a9245792531f26f0cece2460639e8bc39cb7f706a82' +
      '6a779b4cf969b8a0e539c7f62fb3d30ad6aa8f80e30f1d128aafd68a2ce72ea0',
  ),
  sharedSecret: 'c0d26aeab536609a572b07695d933b589dcf363ff9d93c93adea537aeabb8cb8',
  key: '868c066ef58aae6dc589b6cfdd18f97e',
  baseNonce: '4e0bc5018beba4bf004cca59',
  plaintext: hex('4265617574792069732074727574682c20747275746820626561757479'),
  aad: hex('436f756e742d30'),
  ciphertext:
    '5ad590bb8baa577f8619db35a36311226a896e7342a6d836d8b7bcd2f20b6c7f' +
    '9076ac232e3ab2523f39513434',
};

describe('the key schedule of HPKE', () => {
  const enc = decodePoint(A3.enc, 65, blame);
  const recipient = decodePoint(A3.pkRm, 65, blame);

  it.each([
    ['the recipient', () => multiplySecret(enc, A3.skRm, blame)],
    ['the sender', () => multiplySecret(recipient, A3.skEm, blame)],
  ])('is that of the vector in RFC 9180, A.3.1, for %s', (_who, agree) => {
    const context = hpkeContext({ dh: agreedOf(agree()), enc, recipient }, A3.info, 'aes-128-gcm');
    expect(toHex(context.sharedSecret)).toBe(A3.sharedSecret);
    expect(toHex(context.key)).toBe(A3.key);
    expect(toHex(context.baseNonce)).toBe(A3.baseNonce);
    expect(toHex(sealOnce(context, A3.plaintext, A3.aad))).toBe(A3.ciphertext);
    expect(toHex(openOnce(context, hex(A3.ciphertext), A3.aad))).toBe(toHex(A3.plaintext));
  });

  it('opens what another implementation sealed with AES-256-GCM', async () => {
    const suite = new CipherSuite({
      kem: new DhkemP256HkdfSha256(),
      kdf: new HkdfSha256(),
      aead: new Aes256Gcm(),
    });
    const secret = randomScalar();
    const own = multiplySecret(GENERATOR, secret, blame);
    const recipientPublicKey = (await suite.kem.deserializePublicKey(
      own.toBytes(false).buffer,
    )) as webcrypto.CryptoKey;
    const sender = await suite.createSenderContext({ recipientPublicKey, info: A3.info.buffer });
    const sealed = await sender.seal(A3.plaintext.buffer, A3.aad.buffer);

    const point = decodePoint(new Uint8Array(sender.enc), 65, blame);
    const shared = multiplySecret(point, secret, blame);
    const context = hpkeContext({ dh: agreedOf(shared), enc: point, recipient: own }, A3.info);
    expect(toHex(openOnce(context, new Uint8Array(sealed), A3.aad))).toBe(toHex(A3.plaintext));
  });

  it('refuses what was changed, cut off or made for another purpose', () => {
    const shared = multiplySecret(enc, A3.skRm, blame);
    const context = hpkeContext({ dh: agreedOf(shared), enc, recipient }, A3.info);
    const sealed = sealOnce(context, A3.plaintext, A3.aad);
    const failure = coded('ERR_DECRYPTION_FAILED');
    const flipped = Buffer.from(sealed);
    flipped.writeUInt8(flipped.readUInt8(3) ^ 1, 3);
    expect(() => openOnce(context, flipped, A3.aad)).toThrow(failure);
    expect(() => openOnce(context, sealed.subarray(0, 9), A3.aad)).toThrow(failure);
    expect(() => openOnce(context, sealed, hex('00'))).toThrow(failure);
    const other = hpkeContext({ dh: agreedOf(shared), enc, recipient }, hex('00'));
    expect(() => openOnce(other, sealed, A3.aad)).toThrow(failure);
  });
});

import {
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
} from 'node:crypto';
import { coded } from '@salus/testing/coded';
import {
  generateHpkeKeyPair,
  openSealed,
  sealTo,
  type HpkeKeyPair,
  type SealedBox,
} from './hpke.js';

const context = { info: 'salus/test/v1', aad: 'record-1' };
const secret = Buffer.from('a content key');
const failure = coded('ERR_DECRYPTION_FAILED');

describe('a sealed box', () => {
  it('is opened by its recipient', async () => {
    const pair = await generateHpkeKeyPair();
    const box = await sealTo(pair.publicKey, secret, context);
    expect(Buffer.from(await openSealed(pair.privateKey, box, context))).toEqual(secret);
  });

  it('is different each time', async () => {
    const { publicKey } = await generateHpkeKeyPair();
    const boxes = await Promise.all([1, 2].map(() => sealTo(publicKey, secret, context)));
    expect(boxes[0]).not.toEqual(boxes[1]);
  });

  it('is opened by nobody else, for no other purpose and no other record', async () => {
    const [pair, other] = await Promise.all([generateHpkeKeyPair(), generateHpkeKeyPair()]);
    const box = await sealTo(pair.publicKey, secret, context);
    await expect(openSealed(other.privateKey, box, context)).rejects.toThrow(failure);
    await expect(openSealed(pair.privateKey, box, { ...context, aad: 'x' })).rejects.toThrow(
      failure,
    );
    await expect(openSealed(pair.privateKey, box, { ...context, info: 'x' })).rejects.toThrow(
      failure,
    );
  });

  it('is not opened after a change', async () => {
    const pair = await generateHpkeKeyPair();
    const box = await sealTo(pair.publicKey, secret, context);
    const ciphertext = Buffer.from(box.ciphertext, 'base64url');
    ciphertext.writeUInt8(ciphertext.readUInt8(0) ^ 1, 0);
    const changed = { ...box, ciphertext: ciphertext.toString('base64url') };
    await expect(openSealed(pair.privateKey, changed, context)).rejects.toThrow(failure);
    await expect(openSealed(pair.privateKey, { ...box, enc: '' }, context)).rejects.toThrow(
      failure,
    );
  });

  it('is what RFC 9180 says, by a second implementation of its sections 4, 5 and 7', async () => {
    const pair = await generateHpkeKeyPair();
    const box = await sealTo(pair.publicKey, secret, context);
    expect(openByTheBook(pair, box, context)).toEqual(secret);
  });

  it('is not made for something that is no key', async () => {
    const invalid = coded('ERR_KEY_INVALID');
    await expect(sealTo('abc', secret, context)).rejects.toThrow(invalid);
    // RFC 7748, 6.1: the all-zero point gives an all-zero secret and must be refused.
    await expect(sealTo(Buffer.alloc(32).toString('base64url'), secret, context)).rejects.toThrow(
      invalid,
    );
  });
});

const hmac = (key: Uint8Array, data: Uint8Array) => createHmac('sha256', key).update(data).digest();
const i2osp = (value: number, length: number) => {
  const bytes = Buffer.alloc(length);
  bytes.writeUIntBE(value, 0, length);
  return bytes;
};

/** LabeledExtract and LabeledExpand (RFC 9180, 4); one HMAC block is all that is needed here. */
const labeled = (suiteId: Buffer) => ({
  extract: (salt: Buffer, label: string, ikm: Buffer) =>
    hmac(
      salt.length === 0 ? Buffer.alloc(32) : salt,
      Buffer.concat([Buffer.from('HPKE-v1'), suiteId, Buffer.from(label), ikm]),
    ),
  expand: (prk: Buffer, label: string, info: Buffer, length: number) =>
    hmac(
      prk,
      Buffer.concat([
        i2osp(length, 2),
        Buffer.from('HPKE-v1'),
        suiteId,
        Buffer.from(label),
        info,
        Buffer.from([1]),
      ]),
    ).subarray(0, length),
});

function openByTheBook(
  pair: HpkeKeyPair,
  box: SealedBox,
  { info, aad }: { info: string; aad: string },
): Buffer {
  const none = Buffer.alloc(0);
  const jwk = { kty: 'OKP', crv: 'X25519' };
  const enc = Buffer.from(box.enc, 'base64url');
  const dh = diffieHellman({
    privateKey: createPrivateKey({
      key: { ...jwk, x: pair.publicKey, d: pair.privateKey },
      format: 'jwk',
    }),
    publicKey: createPublicKey({ key: { ...jwk, x: box.enc }, format: 'jwk' }),
  });
  const kem = labeled(Buffer.concat([Buffer.from('KEM'), i2osp(0x20, 2)]));
  const kemContext = Buffer.concat([enc, Buffer.from(pair.publicKey, 'base64url')]);
  const eaePrk = kem.extract(none, 'eae_prk', dh);
  const shared = kem.expand(eaePrk, 'shared_secret', kemContext, 32);

  const hpke = labeled(
    Buffer.concat([Buffer.from('HPKE'), i2osp(0x20, 2), i2osp(1, 2), i2osp(2, 2)]),
  );
  const scheduleContext = Buffer.concat([
    Buffer.from([0]),
    hpke.extract(none, 'psk_id_hash', none),
    hpke.extract(none, 'info_hash', Buffer.from(info)),
  ]);
  const scheduleSecret = hpke.extract(shared, 'secret', none);
  const key = hpke.expand(scheduleSecret, 'key', scheduleContext, 32);
  const nonce = hpke.expand(scheduleSecret, 'base_nonce', scheduleContext, 12);

  const sealed = Buffer.from(box.ciphertext, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, nonce);
  decipher.setAAD(Buffer.from(aad));
  decipher.setAuthTag(sealed.subarray(-16));
  return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
}

import { createHash, createPrivateKey, generateKeyPairSync, verify } from 'node:crypto';
import { signers } from '@hyperledger/fabric-gateway';
import { coded } from '@salus/testing/coded';
import { digestSigner, newKeySigner } from './signer.js';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const HALF_ORDER = 0x7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8n;

/** `s` of a DER signature. */
function sOf(signature: Uint8Array): bigint {
  const bytes = Buffer.from(signature);
  const s = 4 + bytes.readUInt8(3);
  return BigInt(`0x${bytes.subarray(s + 2, s + 2 + bytes.readUInt8(s + 1)).toString('hex')}`);
}

describe('the key signer', () => {
  it('makes signatures that verify and have a low S', async () => {
    const signer = newKeySigner(pem);
    for (let round = 0; round < 300; round += 1) {
      const message = Buffer.from(`message ${round}`);
      const signature = await signer.sign(message);
      expect(verify('sha256', message, publicKey, signature)).toBe(true);
      expect(sOf(signature) <= HALF_ORDER).toBe(true);
    }
  });

  it("is interchangeable with the gateway's own", async () => {
    const gatewaySigner = signers.newPrivateKeySigner(createPrivateKey(pem));
    const adapted = digestSigner(gatewaySigner);
    const message = Buffer.from('the same message');
    for (const signer of [newKeySigner(pem), adapted]) {
      expect(verify('sha256', message, publicKey, await signer.sign(message))).toBe(true);
    }
  });

  it('adapts a device that signs digests', async () => {
    const seen: Uint8Array[] = [];
    const device = digestSigner((digest) => {
      seen.push(digest);
      return Promise.resolve(new Uint8Array());
    });
    await device.sign(Buffer.from('abc'));
    expect(seen).toEqual([createHash('sha256').update('abc').digest()]);
  });

  it('refuses what is no P-256 key', () => {
    const invalid = coded('ERR_IDENTITY_INVALID');
    expect(() => newKeySigner('no key')).toThrow(invalid);
    expect(() => newKeySigner(generateKeyPairSync('ed25519').privateKey)).toThrow(invalid);
    expect(() =>
      newKeySigner(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey),
    ).toThrow(invalid);
  });
});

import 'reflect-metadata';
import { createPrivateKey, createPublicKey, webcrypto } from 'node:crypto';
import { Pkcs10CertificateRequest } from '@peculiar/x509';
import { makeCertificateRequest } from './certificate-request.js';

describe('a certificate request', () => {
  it.each(['physician', 'Dr. Zoë O’Neill', 'x'.repeat(64), 'y'.repeat(200)])(
    'is signed by the new key, and names %s',
    async (name) => {
      const { privateKey, request } = await makeCertificateRequest(name);
      const read = new Pkcs10CertificateRequest(request);
      expect(await read.verify(webcrypto)).toBe(true);
      expect(read.subjectName.getField('CN')).toEqual([name]);
      expect(read.attributes).toEqual([]);
      const own = createPublicKey(createPrivateKey(privateKey));
      const spki = own.export({ type: 'spki', format: 'der' });
      expect(Buffer.from(read.publicKey.rawData)).toEqual(spki);
    },
  );
});

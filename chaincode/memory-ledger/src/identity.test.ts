import { X509Certificate } from 'node:crypto';
import { msp } from '@hyperledger/fabric-protos';
import { makeIdentity } from './identity.js';

describe('an identity', () => {
  const identity = makeIdentity({
    mspId: 'AMSP',
    name: 'Ærø/x',
    attributes: { 'salus.role': 'physician' },
  });

  test('has a certificate that belongs to its key', () => {
    const certificate = new X509Certificate(identity.certificate);
    expect(certificate.checkPrivateKey(identity.privateKey)).toBe(true);
    expect(certificate.subject).toContain('CN=Ærø/x');
    expect(certificate.ca).toBe(false);
  });

  test('is serialised as a peer expects it', () => {
    const creator = msp.SerializedIdentity.deserializeBinary(identity.creator);
    expect(creator.getMspid()).toBe('AMSP');
    expect(Buffer.from(creator.getIdBytes_asU8()).toString()).toBe(identity.certificate);
  });
});

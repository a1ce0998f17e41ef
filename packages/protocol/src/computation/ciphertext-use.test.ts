import {
  contextHashOf,
  useOf,
  type CiphertextUse,
  type ProvenCiphertext,
} from './ciphertext-use.js';

const use: CiphertextUse = {
  channel: 'edge-east',
  chaincode: 'claims',
  keyId: 'claims-2026',
  publicKeyHash: 'ab'.repeat(32),
  epoch: 2,
  purpose: 'claims',
  subject: 'claim-1',
  measure: 'claim-1',
  period: 'once',
  range: { least: 0, most: 4_294_967_295 },
  slots: 5,
  sender: { mspId: 'CityHospitalMSP', id: 'cd'.repeat(32) },
};
const { subject: _, ...withoutSubject } = use;

describe('the context of a proof', () => {
  it('is the hash that another implementation computes (Python, json and hashlib)', () => {
    expect(contextHashOf(use)).toBe(
      '2e5b662b077ce52c378a33169424a44c81efc9b069d3c25888e97c1b0ba47ba3',
    );
  });

  it.each<[keyof CiphertextUse, Partial<CiphertextUse>]>([
    ['channel', { channel: 'edge-west' }],
    ['chaincode', { chaincode: 'statistics' }],
    ['keyId', { keyId: 'claims-2027' }],
    ['publicKeyHash', { publicKeyHash: '00'.repeat(32) }],
    ['epoch', { epoch: 3 }],
    ['purpose', { purpose: 'joint-statistics' }],
    ['subject', { subject: 'claim-2' }],
    ['measure', { measure: 'claim-2' }],
    ['period', { period: '2026-Q1' }],
    ['range', { range: { least: 0, most: 1 } }],
    ['slots', { slots: 6 }],
    ['sender', { sender: { ...use.sender, mspId: 'ValleyHospitalMSP' } }],
    ['sender', { sender: { ...use.sender, id: '00'.repeat(32) } }],
  ])('differs with another %s', (_name, change) => {
    expect(contextHashOf({ ...use, ...change })).not.toBe(contextHashOf(use));
  });

  it('of a registered ciphertext is what its sender meant it for', () => {
    const { channel, chaincode, publicKeyHash, sender, range, slots, epoch, ...about } = use;
    const place = { channel, chaincode, publicKeyHash };
    const registered: ProvenCiphertext = {
      ...about,
      ciphertextHash: 'c1',
      bound: { ...range, noiseBits: 59 },
      contributor: sender,
      proof: { hash: 'p1', ciphertexts: ['c1'], epoch, slots },
      registeredAt: '2026-01-01T00:00:00Z',
      transactionId: 'tx1',
    };
    expect(useOf(place, registered)).toEqual(use);
    const { subject: _subject, ...general } = registered;
    expect(useOf(place, general)).toEqual(withoutSubject);
  });
});

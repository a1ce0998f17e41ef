import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  contextHashOf,
  useOf,
  type CiphertextUse,
  type ProvenCiphertext,
} from './ciphertext-use.js';

const root = path.join(__dirname, '..', '..', '..', '..');
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

/** `npm run vectors` computes them anew. */
const vectors = path.join(root, 'packages', 'compute', 'reference', 'vectors.json');
const { contexts } = JSON.parse(readFileSync(vectors, 'utf8')) as {
  readonly contexts: readonly { readonly use: CiphertextUse; readonly hash: string }[];
};

describe('the context of a proof', () => {
  it.each(contexts)('is the hash that the implementation in Go computes: $hash', (vector) => {
    expect(contextHashOf(vector.use)).toBe(vector.hash);
  });

  it('is computed in Go for what these tests are about', () => {
    expect(contexts.map((vector) => vector.use)).toContainEqual(use);
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

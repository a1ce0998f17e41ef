import { readFileSync } from 'node:fs';
import path from 'node:path';
import { openingContextHashOf, type OpeningUse } from './opening-use.js';

const root = path.join(__dirname, '..', '..', '..', '..');
const use: OpeningUse = {
  channel: 'edge-east',
  chaincode: 'claims',
  keyId: 'claims-2026',
  publicKeyHash: 'ab'.repeat(32),
  epoch: 0,
  openingId: 'cd'.repeat(32),
  mspId: 'CityHospitalMSP',
};

/** `npm run vectors` computes them anew. */
const vectors = path.join(root, 'packages', 'compute', 'reference', 'vectors.json');
const { openingContexts } = JSON.parse(readFileSync(vectors, 'utf8')) as {
  readonly openingContexts: readonly { readonly use: OpeningUse; readonly hash: string }[];
};

describe('the context of a proof of an opening', () => {
  it.each(openingContexts)(
    'is the hash that the implementation in Go computes: $hash',
    (vector) => {
      expect(openingContextHashOf(vector.use)).toBe(vector.hash);
    },
  );

  it('is computed in Go for what these tests are about', () => {
    expect(openingContexts.map((vector) => vector.use)).toContainEqual(use);
  });

  it.each<[keyof OpeningUse, Partial<OpeningUse>]>([
    ['channel', { channel: 'edge-west' }],
    ['chaincode', { chaincode: 'statistics' }],
    ['keyId', { keyId: 'claims-2027' }],
    ['publicKeyHash', { publicKeyHash: '00'.repeat(32) }],
    ['epoch', { epoch: 1 }],
    ['openingId', { openingId: '00'.repeat(32) }],
    ['mspId', { mspId: 'ValleyHospitalMSP' }],
  ])('differs with another %s', (_name, change) => {
    expect(openingContextHashOf({ ...use, ...change })).not.toBe(openingContextHashOf(use));
  });
});

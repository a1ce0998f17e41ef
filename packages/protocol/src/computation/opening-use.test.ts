import { openingContextHashOf, type OpeningUse } from './opening-use.js';

const use: OpeningUse = {
  channel: 'edge-east',
  chaincode: 'claims',
  keyId: 'claims-2026',
  publicKeyHash: 'ab'.repeat(32),
  epoch: 0,
  openingId: 'cd'.repeat(32),
  mspId: 'CityHospitalMSP',
};

describe('the context of a proof of an opening', () => {
  it('is the hash that another implementation computes (Python, json and hashlib)', () => {
    expect(openingContextHashOf(use)).toBe(
      'a798826bce69c23afabbc78fc6e12ae43266138170e6043a4fdcfe2956f69bfb',
    );
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

import { profileOf } from '@salus/compute';
import { provenTogether, requireProvenKey, requireSlots } from './proof.js';

const failure = (code: string, details: object) =>
  expect.objectContaining({ code, ...details }) as Error;

describe('a key that takes ciphertexts', () => {
  const key = { keyId: 'k1' };

  test('is of a profile with proofs', () => {
    expect(() => {
      requireProvenKey(key, profileOf('bfv-8192-proven-v1'));
    }).not.toThrow();
  });

  test('of a release without proofs takes no more, and the error leads to another key', () => {
    expect(() => {
      requireProvenKey(key, profileOf('bfv-8192-sum-v1'));
    }).toThrow(
      failure('ERR_CONFLICT', {
        message: 'key k1 takes no more ciphertexts, for its profile knows no proofs',
        argument: 'keyId',
        expected: 'a key of a profile with proofs',
        got: 'bfv-8192-sum-v1',
      }),
    );
  });
});

describe('proofs of several ciphertexts', () => {
  test.each([
    [1, [1]],
    [4, [4]],
    [5, [4, 1]],
    [8, [4, 4]],
  ])('of %d are one for each four, in their order', (count, sizes) => {
    const ciphertexts = Array.from({ length: count }, (_, index) => index);
    const hashes = sizes.map((_, index) => `p${index}`);
    const groups = provenTogether(ciphertexts, hashes);
    expect(groups.map(({ proofHash }) => proofHash)).toEqual(hashes);
    expect(groups.map((group) => group.ciphertexts.length)).toEqual(sizes);
    expect(groups.flatMap((group) => group.ciphertexts)).toEqual(ciphertexts);
  });

  test.each([[[]], [['p0']], [['p0', 'p1', 'p2']]])('are neither fewer nor more: %j', (hashes) => {
    expect(() => provenTogether([1, 2, 3, 4, 5], hashes)).toThrow(
      failure('ERR_INVALID_ARGUMENT', {
        argument: 'proofHashes',
        expected: '2',
        got: String(hashes.length),
      }),
    );
  });
});

test('a ciphertext uses no more slots than there are', () => {
  expect(() => {
    requireSlots(8, { degree: 8 });
  }).not.toThrow();
  expect(() => {
    requireSlots(9, { degree: 8 });
  }).toThrow(
    failure('ERR_INVALID_ARGUMENT', { argument: 'slots', expected: 'at most 8', got: '9' }),
  );
});

import fc from 'fast-check';
import {
  merkleLeaf,
  merkleProof,
  merkleProofs,
  merkleRoot,
  merkleRootOfLeaves,
  verifyMerkleProof,
} from './merkle.js';

/** The leaves and roots of Certificate Transparency's reference tests (RFC 6962). */
const leaves = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((hex) => Buffer.from(hex, 'hex'));
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

describe('the Merkle tree', () => {
  test('has the roots of RFC 6962 for the reference leaves', () => {
    const found = leaves.map((_, i) => merkleRoot(leaves.slice(0, i + 1)));
    expect(found).toEqual(roots);
    expect(merkleRoot([])).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  test('has the same root from the hashes of its leaves', () => {
    for (let size = 0; size <= leaves.length; size += 1) {
      const some = leaves.slice(0, size);
      expect(merkleRootOfLeaves(some.map(merkleLeaf))).toBe(merkleRoot(some));
    }
  });

  const tree = fc
    .array(fc.uint8Array({ maxLength: 8 }), { minLength: 1, maxLength: 40 })
    .chain((data) => fc.tuple(fc.constant(data), fc.nat(data.length - 1)));

  test('proves every leaf', () => {
    fc.assert(
      fc.property(tree, ([data, index]) => {
        const proof = merkleProof(data, index);
        expect(verifyMerkleProof(merkleRoot(data), data[index] ?? new Uint8Array(), proof)).toBe(
          true,
        );
      }),
    );
  });

  test('proves all leaves at once as one by one', () => {
    fc.assert(
      fc.property(tree, ([data]) => {
        expect(merkleProofs(data)).toEqual({
          root: merkleRoot(data),
          proofs: data.map((_, index) => merkleProof(data, index)),
        });
      }),
    );
    expect(merkleProofs([])).toEqual({ root: merkleRoot([]), proofs: [] });
  });

  test('proves no leaf that is not there', () => {
    fc.assert(
      fc.property(tree, fc.uint8Array({ minLength: 9, maxLength: 9 }), ([data, index], other) => {
        expect(verifyMerkleProof(merkleRoot(data), other, merkleProof(data, index))).toBe(false);
      }),
    );
  });

  test('proves no inner node as a leaf', () => {
    const [left = '', right = ''] = leaves.slice(0, 2).map((leaf) => merkleRoot([leaf]));
    const inner = Buffer.from(left + right, 'hex');
    const root = merkleRoot(leaves.slice(0, 2));
    expect(verifyMerkleProof(root, inner, { index: 0, size: 1, path: [] })).toBe(false);
  });

  test.each([
    { index: -1, size: 2, path: [] },
    { index: 2, size: 2, path: [] },
    { index: 0.5, size: 2, path: [] },
    { index: 0, size: 2, path: [] },
    { index: 0, size: 2, path: ['xyz'] },
    { index: 0, size: Number.NaN, path: [] },
  ])('finds the malformed proof %j false', (proof) => {
    expect(verifyMerkleProof(merkleRoot(leaves), leaves[0] ?? new Uint8Array(), proof)).toBe(false);
  });

  test('has no proof for a place that is not there', () => {
    expect(() => merkleProof(leaves, 8)).toThrow('expected 0 to 7');
  });
});

import { SalusError } from './error.js';
import { sha256 } from './hash.js';

/**
 * Merkle tree hash of RFC 9162 section 2.1 (as in RFC 6962), with SHA-256. Leaves are prefixed by 00 and
 * nodes by 01, so that no node passes as a leaf.
 */

/** The way from a leaf to the root: hashes from the bottom up (RFC 9162 section 2.1.3). */
export interface MerkleProof {
  readonly index: number;
  readonly size: number;
  /** In hex. */
  readonly path: readonly string[];
}

const LEAF = Uint8Array.of(0x00);
const NODE = Uint8Array.of(0x01);

/** Hash of a leaf's data. */
export function merkleLeaf(data: Uint8Array): Buffer {
  return sha256(LEAF, data);
}

function node(left: Uint8Array, right: Uint8Array): Buffer {
  return sha256(NODE, left, right);
}

/** Root of the tree over these data, in hex; of no data, the hash of nothing. */
export function merkleRoot(data: readonly Uint8Array[]): string {
  if (data.length === 0) return sha256().toString('hex');
  return rootOf(data.map(merkleLeaf)).toString('hex');
}

/** As {@link merkleRoot}, from the hashes of the leaves ({@link merkleLeaf}) rather than their data. */
export function merkleRootOfLeaves(leaves: readonly Uint8Array[]): string {
  if (leaves.length === 0) return merkleRoot([]);
  return rootOf(leaves).toString('hex');
}

/**
 * Proves that a datum is in the tree at its place.
 *
 * @throws SalusError ERR_INVALID_ARGUMENT where there is no such place
 */
export function merkleProof(data: readonly Uint8Array[], index: number): MerkleProof {
  if (!Number.isInteger(index) || index < 0 || index >= data.length) {
    throw new SalusError('ERR_INVALID_ARGUMENT', `index: expected 0 to ${data.length - 1}`, {
      argument: 'index',
      expected: `0 to ${data.length - 1}`,
    });
  }
  const path = pathOf(data.map(merkleLeaf), index).map((hash) => hash.toString('hex'));
  return { index, size: data.length, path };
}

/** The root of a tree, in hex, and the proofs of all its data: one by one they cost a tree each. */
export function merkleProofs(data: readonly Uint8Array[]): {
  readonly root: string;
  readonly proofs: readonly MerkleProof[];
} {
  if (data.length === 0) return { root: merkleRoot(data), proofs: [] };
  const { root, paths } = treeOf(data.map(merkleLeaf));
  const size = data.length;
  return {
    root: root.toString('hex'),
    proofs: paths.map((path, index) => ({ index, size, path })),
  };
}

/** Checks a proof by the algorithm of RFC 9162 section 2.1.3.2. Malformed proofs are false. */
export function verifyMerkleProof(root: string, data: Uint8Array, proof: MerkleProof): boolean {
  const { index, size, path } = proof;
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size)) return false;
  if (index < 0 || index >= size) return false;
  let fn = index;
  let sn = size - 1;
  let hash = merkleLeaf(data);
  for (const hex of path) {
    if (!/^[0-9a-f]{64}$/.test(hex) || sn === 0) return false;
    const sibling = Buffer.from(hex, 'hex');
    if (fn % 2 === 1 || fn === sn) {
      hash = node(sibling, hash);
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2;
        sn = Math.floor(sn / 2);
      }
    } else {
      hash = node(hash, sibling);
    }
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 && hash.toString('hex') === root;
}

function rootOf(leaves: readonly Uint8Array[]): Buffer {
  const [only] = leaves;
  if (leaves.length === 1 && only !== undefined) return Buffer.from(only);
  const k = split(leaves.length);
  return node(rootOf(leaves.slice(0, k)), rootOf(leaves.slice(k)));
}

function pathOf(leaves: readonly Buffer[], index: number): Buffer[] {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  return index < k
    ? [...pathOf(leaves.slice(0, k), index), rootOf(leaves.slice(k))]
    : [...pathOf(leaves.slice(k), index - k), rootOf(leaves.slice(0, k))];
}

function treeOf(leaves: readonly Buffer[]): { root: Buffer; paths: string[][] } {
  const [only] = leaves;
  if (leaves.length === 1 && only !== undefined) return { root: only, paths: [[]] };
  const k = split(leaves.length);
  const [left, right] = [treeOf(leaves.slice(0, k)), treeOf(leaves.slice(k))];
  for (const path of left.paths) path.push(right.root.toString('hex'));
  for (const path of right.paths) path.push(left.root.toString('hex'));
  return { root: node(left.root, right.root), paths: left.paths.concat(right.paths) };
}

/** The largest power of two below n. */
function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

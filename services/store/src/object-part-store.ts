/**
 * Parts in an object store. Names:
 * - `blocks/UPLOAD/INDEX-LEAF` a block, so that a listing tells which blocks are there
 * - `open/UPLOAD` while the upload isn't finished
 * - `done/UPLOAD` the root of the part that the upload was finished as, which keeps its blocks from then on
 * - `parts/RO/ROOT` the upload and the leaves of a finished part. It is written last: a part is there as
 *   a whole or not at all.
 */
import {
  leafOf,
  MAX_BLOCK_BYTES,
  MAX_BLOCKS,
  ROOT,
  rootOfLeaves,
  type CompletePart,
  type HeldBlock,
  type PartReadOptions,
  type PartStore,
} from '@salus/client/content';
import { SalusError } from '@salus/protocol';
import type { ObjectStore } from './object-store.js';

const UPLOAD = /^[0-9A-Za-z-]{8,120}$/;
const BLOCK = /\/(\d{5})-([0-9a-f]{64})$/;
/** Manifests that are kept in memory. */
const KNOWN = 64;

interface Manifest {
  readonly uploadId: string;
  readonly leaves: readonly string[];
}

/** A part that is here, and what is wrong with it. */
export interface PartHealth {
  readonly root: string;
  readonly isSound: boolean;
  /** Blocks that are missing or were changed; none where the list of them was. */
  readonly damaged: readonly number[];
}

export class ObjectPartStore implements PartStore {
  readonly #objects: ObjectStore;
  readonly #opened = new Set<string>();
  readonly #manifests = new Map<string, Manifest>();
  readonly #finishing = new Map<string, Promise<void>>();

  constructor(objects: ObjectStore) {
    this.#objects = objects;
  }

  async put(uploadId: string, index: number, block: Uint8Array): Promise<void> {
    requireUpload(uploadId);
    requireIndex(index);
    if (block.length === 0 || block.length > MAX_BLOCK_BYTES) {
      throw new SalusError('ERR_TOO_LARGE', 'A block has a wrong length', {
        argument: 'block',
        expected: `1 to ${MAX_BLOCK_BYTES} bytes`,
        got: `${block.length} bytes`,
      });
    }
    if (!this.#opened.has(uploadId)) {
      await this.#objects.put(`open/${uploadId}`, Buffer.from('\n'));
      this.#opened.add(uploadId);
    }
    await this.#objects.put(blockName(uploadId, index, leafOf(block)), block);
  }

  async held(uploadId: string): Promise<readonly HeldBlock[]> {
    const held: HeldBlock[] = [];
    for await (const { name } of this.#objects.list(`blocks/${requireUpload(uploadId)}/`)) {
      const [, index, leaf] = BLOCK.exec(name) ?? [];
      if (index !== undefined && leaf !== undefined) held.push({ index: Number(index), leaf });
    }
    return held.sort((a, b) => a.index - b.index);
  }

  /** One after the other of one upload: the blocks of a finished part are no other part's any more. */
  async finish(uploadId: string, part: CompletePart): Promise<void> {
    const before = this.#finishing.get(uploadId)?.catch(() => undefined) ?? Promise.resolve();
    const own = before.then(() => this.#finish(uploadId, part));
    this.#finishing.set(uploadId, own);
    try {
      await own;
    } finally {
      if (this.#finishing.get(uploadId) === own) this.#finishing.delete(uploadId);
    }
  }

  async #finish(uploadId: string, { root, leaves }: CompletePart): Promise<void> {
    requireRoot(root);
    if (leaves.length === 0 || leaves.length > MAX_BLOCKS || rootOfLeaves(leaves) !== root) {
      throw new SalusError('ERR_HASH_MISMATCH', 'The blocks of the part have another root', {
        argument: 'root',
        expected: root,
      });
    }
    const held = await this.held(uploadId);
    const finished = await this.#finishedAs(uploadId);
    if (finished !== undefined && finished.root !== root) {
      throw new SalusError('ERR_CONFLICT', 'The upload was finished as another part', {
        argument: 'root',
        expected: finished.root,
      });
    }
    const there = new Set(held.map(({ index, leaf }) => `${index}-${leaf}`));
    const missing = leaves.findIndex((leaf, index) => !there.has(`${index}-${leaf}`));
    if (missing >= 0) {
      throw new SalusError(
        'ERR_CONFLICT',
        `The part is not complete: block ${missing} is missing`,
        {
          argument: 'leaves',
        },
      );
    }
    const before = await this.#read(root);
    // Named here first: a sweep looks here whether the upload is that of a part.
    await this.#objects.put(`done/${uploadId}`, Buffer.from(root));
    await this.#objects.put(partName(root), Buffer.from(JSON.stringify({ uploadId, leaves })));
    this.#manifests.delete(root);
    this.#opened.delete(uploadId);
    await this.#objects.remove(`open/${uploadId}`);
    await this.#removeStrays(uploadId, leaves);
    if (before && before.uploadId !== uploadId) await this.#removeBlocks(before.uploadId);
  }

  async leaves(root: string): Promise<readonly string[]> {
    return (await this.#manifest(root)).leaves;
  }

  async block(root: string, index: number, { signal }: PartReadOptions = {}): Promise<Buffer> {
    requireIndex(index);
    const block = await this.#block(root, index, signal);
    if (!block) {
      // A repair may have put the part elsewhere meanwhile.
      this.#manifests.delete(root);
      const again = await this.#block(root, index, signal);
      if (again) return again;
      throw notFound();
    }
    return block;
  }

  /** Deletes a part. @returns whether it was there */
  async remove(root: string): Promise<boolean> {
    const manifest = await this.#read(requireRoot(root));
    if (!manifest) return false;
    await this.#objects.remove(partName(root));
    this.#manifests.delete(root);
    await this.#removeBlocks(manifest.uploadId);
    return true;
  }

  /** Bytes of uploads that are not finished. `owner` begins their IDs. */
  async unfinishedBytes(owner: string): Promise<number> {
    let bytes = 0;
    for await (const { name } of this.#objects.list(`open/${owner}`)) {
      for await (const one of this.#objects.list(`blocks/${name.slice('open/'.length)}/`)) {
        bytes += one.bytes;
      }
    }
    return bytes;
  }

  /** Deletes uploads to which nothing came since a time, in milliseconds. */
  async sweep(before: number): Promise<void> {
    for await (const { name, modifiedAt } of this.#objects.list('open/')) {
      const uploadId = name.slice('open/'.length);
      const finished = await this.#finishedAs(uploadId);
      if (finished) {
        // What came to it after that is no part of it.
        await this.#removeStrays(uploadId, finished.leaves);
        await this.#objects.remove(name);
        this.#opened.delete(uploadId);
        continue;
      }
      let last = modifiedAt;
      for await (const block of this.#objects.list(`blocks/${uploadId}/`)) {
        last = Math.max(last, block.modifiedAt);
      }
      if (last >= before) continue;
      await this.#removeBlocks(uploadId);
      await this.#objects.remove(name);
      this.#opened.delete(uploadId);
    }
  }

  /** Reads every part that is here, block by block, and tells what is wrong. */
  async *check(): AsyncGenerator<PartHealth, void> {
    for await (const { name } of this.#objects.list('parts/')) {
      const root = name.slice(name.lastIndexOf('/') + 1);
      if (ROOT.test(root)) yield await this.checkPart(root);
    }
  }

  /** @throws SalusError `ERR_NOT_FOUND` */
  async checkPart(root: string): Promise<PartHealth> {
    const damaged: number[] = [];
    try {
      const { leaves } = await this.#manifest(root);
      for (const index of leaves.keys()) {
        if (!(await this.#isSound(root, index))) damaged.push(index);
      }
    } catch (error) {
      if (!isDamage(error)) throw error;
      return { root, isSound: false, damaged };
    }
    return { root, isSound: damaged.length === 0, damaged };
  }

  async #isSound(root: string, index: number): Promise<boolean> {
    try {
      return (await this.#block(root, index)) !== undefined;
    } catch (error) {
      if (isDamage(error)) return false;
      throw error;
    }
  }

  async #block(root: string, index: number, signal?: AbortSignal): Promise<Buffer | undefined> {
    const { uploadId, leaves } = await this.#manifest(root);
    const leaf = leaves[index];
    if (leaf === undefined) throw notFound();
    const block = await this.#objects.get(blockName(uploadId, index, leaf), signal);
    if (block && leafOf(block) !== leaf) throw changed(root);
    return block;
  }

  async #manifest(root: string): Promise<Manifest> {
    const known = this.#manifests.get(requireRoot(root));
    if (known) return known;
    const manifest = await this.#read(root);
    if (!manifest) throw notFound();
    const [oldest] = this.#manifests.keys();
    if (this.#manifests.size >= KNOWN && oldest !== undefined) this.#manifests.delete(oldest);
    this.#manifests.set(root, manifest);
    return manifest;
  }

  async #read(root: string): Promise<Manifest | undefined> {
    const bytes = await this.#objects.get(partName(root));
    if (!bytes) return undefined;
    const manifest = parseManifest(bytes);
    if (!manifest || rootOfLeaves(manifest.leaves) !== root) throw changed(root);
    return manifest;
  }

  /** The part that keeps an upload's blocks. */
  async #finishedAs(uploadId: string): Promise<CompletePart | undefined> {
    const root = (await this.#objects.get(`done/${uploadId}`))?.toString('utf8') ?? '';
    const manifest = ROOT.test(root) ? await this.#read(root) : undefined;
    return manifest?.uploadId === uploadId ? { root, leaves: manifest.leaves } : undefined;
  }

  async #removeStrays(uploadId: string, leaves: readonly string[]): Promise<void> {
    for (const { index, leaf } of await this.held(uploadId)) {
      if (leaves[index] !== leaf) await this.#objects.remove(blockName(uploadId, index, leaf));
    }
  }

  async #removeBlocks(uploadId: string): Promise<void> {
    await this.#objects.remove(`done/${uploadId}`);
    for await (const { name } of this.#objects.list(`blocks/${uploadId}/`)) {
      await this.#objects.remove(name);
    }
  }
}

function parseManifest(bytes: Buffer): Manifest | undefined {
  try {
    const { uploadId, leaves } = JSON.parse(bytes.toString('utf8')) as Partial<Manifest>;
    const isWhole =
      typeof uploadId === 'string' &&
      UPLOAD.test(uploadId) &&
      Array.isArray(leaves) &&
      leaves.every((leaf) => typeof leaf === 'string' && ROOT.test(leaf));
    return isWhole ? { uploadId, leaves } : undefined;
  } catch {
    return undefined;
  }
}

const partName = (root: string) => `parts/${root.slice(0, 2)}/${root}`;
const blockName = (uploadId: string, index: number, leaf: string) =>
  `blocks/${uploadId}/${String(index).padStart(5, '0')}-${leaf}`;

function requireUpload(uploadId: string): string {
  if (UPLOAD.test(uploadId)) return uploadId;
  throw new SalusError(
    'ERR_INVALID_ARGUMENT',
    'An upload has 8 to 120 letters, digits and dashes',
    {
      argument: 'uploadId',
    },
  );
}

function requireIndex(index: number): void {
  if (Number.isInteger(index) && index >= 0 && index < MAX_BLOCKS) return;
  throw new SalusError('ERR_INVALID_ARGUMENT', 'A part has no such block', {
    argument: 'index',
    expected: `0 to ${MAX_BLOCKS - 1}`,
  });
}

function requireRoot(root: string): string {
  if (ROOT.test(root)) return root;
  throw new SalusError('ERR_INVALID_ARGUMENT', 'A part is named by its Merkle root', {
    argument: 'root',
    expected: '64 lower-case hex digits',
  });
}

function isDamage(error: unknown): boolean {
  return error instanceof SalusError && error.code === 'ERR_HASH_MISMATCH';
}

function changed(root: string): SalusError {
  return new SalusError('ERR_HASH_MISMATCH', 'The stored part has changed', { expected: root });
}

function notFound(): SalusError {
  return new SalusError('ERR_NOT_FOUND', 'The store does not hold this part');
}

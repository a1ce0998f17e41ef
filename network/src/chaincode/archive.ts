import { crc32 } from 'node:zlib';
import { pack } from 'tar-stream';

export interface ArchiveEntry {
  /** Path inside the archive, with forward slashes. */
  readonly name: string;
  readonly content: Buffer;
}

/** RFC 1951, 3.2.4: a stored block says its length in 16 bits. */
const storedBlockLimit = 0xffff;

/** RFC 1952, 2.3.1: deflate, no flags, no time, no hint about compression, operating system unknown. */
const gzipHeader = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);

/**
 * Wraps bytes in gzip without compressing them. Compressors differ between versions and processors in the
 * bytes they emit. Stored blocks are the same everywhere, and a package ID is a hash of them.
 */
export function gzipStored(content: Buffer): Buffer {
  const parts: Buffer[] = [gzipHeader];
  let start = 0;
  do {
    const block = content.subarray(start, start + storedBlockLimit);
    start += block.length;
    const head = Buffer.alloc(5);
    head.writeUInt8(start >= content.length ? 1 : 0, 0);
    head.writeUInt16LE(block.length, 1);
    head.writeUInt16LE(~block.length & 0xffff, 3);
    parts.push(head, block);
  } while (start < content.length);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(content), 0);
  trailer.writeUInt32LE(content.length % 2 ** 32, 4);
  return Buffer.concat([...parts, trailer]);
}

const byName = (a: ArchiveEntry, b: ArchiveEntry) =>
  Buffer.compare(Buffer.from(a.name), Buffer.from(b.name));

/**
 * Makes a tar.gz that depends on nothing but names and contents: entries in byte order of their
 * names, one owner, one mode, one time.
 */
export async function deterministicTarGz(entries: readonly ArchiveEntry[]): Promise<Buffer> {
  const tar = pack();
  for (const { name, content } of [...entries].sort(byName)) {
    tar.entry(
      { name, mode: 0o644, uid: 0, gid: 0, uname: '', gname: '', mtime: new Date(0), type: 'file' },
      content,
    );
  }
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return gzipStored(Buffer.concat(chunks));
}

import { openSync } from 'node:fs';
import path from 'node:path';

/** Longest path of a unix socket (sun_path, unix(7)), less the ending zero. */
const longestSocketPath = 107;

/**
 * A path by which a socket in `directory` can be bound or reached, however long the directory's own path
 * is. It leads through an open handle of the directory, kept for the life of the process.
 */
export function reachable(directory: string, name: string): string {
  const plain = path.join(directory, name);
  if (Buffer.byteLength(plain) <= longestSocketPath) return plain;
  return `/proc/self/fd/${String(openSync(directory, 'r'))}/${name}`;
}

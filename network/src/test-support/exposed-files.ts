import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** What in a directory others than its owner may read, write or enter; links have no mode. */
export function exposedFiles(home: string): string[] {
  return readdirSync(home, { recursive: true, encoding: 'utf8' })
    .filter((name) => {
      const found = lstatSync(path.join(home, name));
      return !found.isSymbolicLink() && (found.mode & 0o077) !== 0;
    })
    .sort();
}

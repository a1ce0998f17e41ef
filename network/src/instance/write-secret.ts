import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Writes a file that only its owner can read, with its directories. */
export function writeSecret(file: string, content: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, content, { mode: 0o600 });
}

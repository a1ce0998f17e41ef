import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { LibraryTimes } from './node-seal.js';

const program = path.join(__dirname, '..', '..', 'native-seal', 'build', 'native-seal');

/** What bench/native-seal measures. */
export interface NativeTimes extends LibraryTimes {
  /** Ciphertexts loaded from bytes, added up, and the result saved; then hashed by OpenSSL as well. */
  readonly sums: readonly {
    readonly inputs: number;
    readonly sumMs: number;
    readonly sumAndHashMs: number;
  }[];
}

/** Microsoft SEAL as a native library, if bench/native-seal was built: medians of so many rounds, by default its own number. */
export function nativeSealTimes(rounds?: number): NativeTimes | undefined {
  const file = process.env['SALUS_NATIVE_SEAL'] ?? program;
  if (!existsSync(file)) return undefined;
  const options = rounds === undefined ? [] : [String(rounds)];
  return JSON.parse(execFileSync(file, options, { encoding: 'utf8' })) as NativeTimes;
}

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ProvenCiphertextsRequest } from '../../encryption-proof/types.js';
import type { ProvenPartialsRequest } from '../../opening-proof/types.js';

const source = path.join(__dirname, '..', '..', '..', 'reference');
let program: string | undefined;

/** The second implementation, in Go, built once. */
function reference(): string {
  if (program === undefined) {
    const folder = mkdtempSync(path.join(tmpdir(), 'salus-reference-'));
    process.once('exit', () => {
      rmSync(folder, { recursive: true, force: true });
    });
    program = path.join(folder, 'reference');
    execFileSync('go', ['build', '-o', program, '.'], { cwd: source });
  }
  return program;
}

/** What the second implementation says of proven ciphertexts; without them, the noise they have at most. */
export function runReference(profile: string, claim?: ProvenCiphertextsRequest): string {
  if (claim === undefined) return run('noise', profile);
  const { contextHash, publicKey, proof, ciphertexts } = claim;
  const lists = { ciphertexts };
  return judged('verify-encryption', { profile, contextHash }, { publicKey, proof }, lists);
}

/** The same of proven partial openings. */
export function runOpeningReference(profile: string, claim?: ProvenPartialsRequest): string {
  if (claim === undefined) return run('opening-noise', profile);
  const { contextHash, ciphertext, seed, proof, contributions, partials } = claim;
  const lists = { contributions, partials };
  return judged('verify-opening', { profile, contextHash }, { ciphertext, seed, proof }, lists);
}

/** Writes a claim into a folder: each file under its own name, each list's files with their numbers. */
function judged(
  command: string,
  about: Readonly<Record<string, string>>,
  files: Readonly<Record<string, Uint8Array>>,
  lists: Readonly<Record<string, readonly Uint8Array[]>>,
): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'salus-claim-'));
  try {
    const counts = Object.entries(lists).map(([name, list]) => [name, list.length]);
    const described = { ...about, ...Object.fromEntries(counts) } as object;
    writeFileSync(path.join(folder, 'claim.json'), JSON.stringify(described));
    for (const [name, bytes] of Object.entries(files)) {
      writeFileSync(path.join(folder, name), bytes);
    }
    for (const [name, list] of Object.entries(lists)) {
      list.forEach((bytes, index) => {
        writeFileSync(path.join(folder, `${name}-${index}`), bytes);
      });
    }
    return run(command, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function run(command: string, argument: string): string {
  const { stdout, stderr } = spawnSync(reference(), [command, argument]);
  return `${String(stdout)}${String(stderr)}`.trim();
}

/** All vectors, as the second implementation computes and writes them. */
export function referenceVectors(): string {
  const { stdout, stderr } = spawnSync(reference(), ['vectors'], { encoding: 'utf8' });
  return `${stdout}${stderr}`;
}

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ProvenCiphertextsRequest } from '../../encryption-proof/types.js';
import type { ProvenPartialsRequest } from '../../opening-proof/types.js';
import type { Committee } from '../../threshold/types.js';

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
  return told('verify-encryption', { profile, contextHash }, { publicKey, proof }, lists);
}

/** The same of proven partial openings. */
export function runOpeningReference(profile: string, claim?: ProvenPartialsRequest): string {
  if (claim === undefined) return run('opening-noise', profile);
  const { contextHash, ciphertext, seed, proof, contributions, partials, slots, epoch } = claim;
  const lists = { contributions, partials };
  return told(
    'verify-opening',
    { profile, contextHash, slots, epoch },
    { ciphertext, seed, proof },
    lists,
  );
}

/** What the second implementation says of a claim. */
function told(
  command: string,
  about: Readonly<Record<string, string | number>>,
  files: Readonly<Record<string, Uint8Array>>,
  lists: Readonly<Record<string, readonly Uint8Array[]>>,
): string {
  const counts = Object.entries(lists).map(([name, list]) => [name, list.length]);
  const claim = { ...about, ...Object.fromEntries(counts) } as object;
  return runIn(command, { name: 'claim.json', content: claim }, files, lists);
}

/** A key as its members made it, and a ciphertext. */
export interface Ceremony {
  readonly profile: string;
  readonly keyId: string;
  readonly epoch: number;
  readonly committee: Committee;
  /** How many slots recipients get. */
  readonly slots: number;
  readonly seed: Uint8Array;
  /** By share, as the packages. */
  readonly contributions: readonly Uint8Array[];
  readonly packages: readonly Uint8Array[];
  readonly publicKey: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/** What the second implementation opens by the shares of a ceremony, or why it does not. */
export function runCeremonyReference(ceremony: Ceremony): string {
  const { seed, contributions, packages, publicKey, ciphertext, ...content } = ceremony;
  const files = { seed, publicKey, ciphertext };
  const lists = { contributions, packages };
  return runIn('open', { name: 'ceremony.json', content }, files, lists);
}

/** Writes a folder: each file under its own name, each list's files with their numbers. */
function runIn(
  command: string,
  about: { readonly name: string; readonly content: object },
  files: Readonly<Record<string, Uint8Array>>,
  lists: Readonly<Record<string, readonly Uint8Array[]>>,
): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'salus-claim-'));
  try {
    writeFileSync(path.join(folder, about.name), JSON.stringify(about.content));
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

/** All vectors, as the second implementation computes and writes them. */
export const referenceVectors = (): string => output('vectors');

const run = (command: string, argument: string): string => output(command, argument).trim();

function output(...words: readonly string[]): string {
  const { stdout, stderr } = spawnSync(reference(), words, { encoding: 'utf8' });
  return `${stdout}${stderr}`;
}

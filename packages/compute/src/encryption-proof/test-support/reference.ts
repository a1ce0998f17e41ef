import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ProvenCiphertextsRequest } from '../verify.js';

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

/** What the second implementation says of a claim; without one, the noise under the profile. */
export function runReference(profile: string, claim?: ProvenCiphertextsRequest): string {
  if (claim === undefined) return told(spawnSync(reference(), ['noise', profile]));
  const folder = mkdtempSync(path.join(tmpdir(), 'salus-claim-'));
  try {
    const ciphertexts = claim.ciphertexts.map((_, index) => `ciphertext-${index}`);
    const { contextHash, publicKey, proof } = claim;
    const described = { profile, publicKey: 'key', ciphertexts, proof: 'proof', contextHash };
    writeFileSync(path.join(folder, 'claim.json'), JSON.stringify(described));
    writeFileSync(path.join(folder, 'key'), publicKey);
    writeFileSync(path.join(folder, 'proof'), proof);
    claim.ciphertexts.forEach((bytes, index) => {
      writeFileSync(path.join(folder, `ciphertext-${index}`), bytes);
    });
    return told(spawnSync(reference(), ['verify', folder]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const told = ({ stdout, stderr }: { stdout: Buffer; stderr: Buffer }) =>
  `${String(stdout)}${String(stderr)}`.trim();

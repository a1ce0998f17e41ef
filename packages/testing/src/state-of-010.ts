import { cpSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const kept = path.join(__dirname, '..', '..', '..', 'test', 'data', 'state-0.1.0');

/** What was put into the homes: see `test/data/README.md`. */
export interface KnownState {
  readonly passphrase: string;
  readonly pseudonym: string;
  readonly grantId: string;
  readonly noteHash: string;
  /** SHA-256 of the content in the store. */
  readonly content: string;
  /** Root of the part in the store. */
  readonly root: string;
  /** SHA-256 of the secret that record IDs derive from. */
  readonly ids: string;
  /** Newest public key of the key service. */
  readonly ringKey: string;
  /** Public key that a committee member and a custodian receive under. */
  readonly hpke: string;
}

/** What is known of the homes that release 0.1.0 wrote. */
export const knownState = JSON.parse(
  readFileSync(path.join(kept, 'known.json'), 'utf8'),
) as KnownState;

/** A copy of a home that release 0.1.0 wrote. */
export function stateOf010(home: string): string {
  const copy = path.join(mkdtempSync(path.join(tmpdir(), 'salus-0.1.0-')), home);
  cpSync(path.join(kept, home), copy, { recursive: true });
  return copy;
}

/** Why somebody broke the glass: in words for the reviewer, and as a salted hash for the ledger. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { hashOf, SalusError } from '@salus/protocol';
import type { EmergencyReason } from '@salus/protocol/ehr';
import { parseKept } from '../home/kept.js';
import { readSecrets, writeSecrets } from '../home/secret-file.js';

const schema = z.strictObject({
  reasonCode: z.string(),
  text: z.string(),
  salt: z.string().min(22),
});

/** What the requester's organisation keeps; nobody guesses the text from its hash. */
export interface EmergencyNote {
  readonly reasonCode: EmergencyReason;
  readonly text: string;
  readonly salt: string;
}

export function makeNote(reasonCode: EmergencyReason, text: string): EmergencyNote {
  return { reasonCode, text, salt: randomBytes(16).toString('base64url') };
}

/** The hash of a note that goes onto the ledger. */
export function noteHash({ reasonCode, text, salt }: EmergencyNote): string {
  return hashOf({ reasonCode, text, salt });
}

/** Keeps a note in a home, under a passphrase: it may tell of the patient. */
export async function keepNote(
  home: string,
  decisionId: string,
  note: EmergencyNote,
  passphrase: string,
): Promise<void> {
  await writeSecrets(fileOf(home, decisionId), note, passphrase);
}

/**
 * Reads a note, once it is certain that it is the one on the ledger.
 *
 * @throws SalusError `ERR_NOT_FOUND`, `ERR_PASSPHRASE_WRONG`, `ERR_STATE_UNREADABLE`, `ERR_HASH_MISMATCH`
 */
export async function readNote(
  home: string,
  { decisionId, reasonHash }: { readonly decisionId: string; readonly reasonHash: string },
  passphrase: string,
): Promise<EmergencyNote> {
  const file = fileOf(home, decisionId);
  const note = parseKept(file, schema, await readSecrets(file, passphrase));
  const kept = note as EmergencyNote;
  if (noteHash(kept) === reasonHash) return kept;
  throw new SalusError('ERR_HASH_MISMATCH', 'The note is not the one that the ledger tells of', {
    argument: 'note',
    expected: reasonHash,
  });
}

function fileOf(home: string, decisionId: string): string {
  return path.join(home, 'emergencies', `${decisionId}.note`);
}

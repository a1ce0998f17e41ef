import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { SalusError, sha256Hex } from '@salus/protocol';
import type { Study } from '@salus/protocol/statistics';
import { writeOnce } from '../home/atomic-file.js';
import { ifFileExists } from '../home/missing-file.js';
import type { EncryptedFigure } from './encrypted-figure.js';

/**
 * Keeps what an institution joined with, in its home and readable by its owner only, until it is
 * contributed. A figure that is encrypted again is another file: the ledger says which one counts.
 */
export async function keepFigure(
  home: string,
  { bytes, hash, proof }: EncryptedFigure,
): Promise<void> {
  await writeOnce(proofOf(home, hash), proof.bytes);
  await writeOnce(fileOf(home, hash), bytes);
}

/**
 * The ciphertext that an institution of the organisation joined a study with from this home, and its proof.
 * @throws SalusError `ERR_NOT_FOUND`
 */
export async function keptFigure(
  home: string,
  { participants }: Pick<Study, 'participants'>,
  mspId: string,
): Promise<EncryptedFigure> {
  for (const { committed: hash } of participants.filter((one) => one.mspId === mspId)) {
    const bytes = await ifFileExists(readFile(fileOf(home, hash)));
    const proof = await ifFileExists(readFile(proofOf(home, hash)));
    if (bytes !== undefined && proof !== undefined) {
      return { bytes, hash, proof: { bytes: proof, hash: sha256Hex(proof) } };
    }
  }
  throw new SalusError(
    'ERR_NOT_FOUND',
    'The home has no ciphertext with its proof that the study was joined with',
    {
      argument: 'home',
      expected: 'the home that the study was joined from',
      got: home,
    },
  );
}

function fileOf(home: string, hash: string): string {
  return path.join(home, 'contributions', hash);
}

function proofOf(home: string, hash: string): string {
  return `${fileOf(home, hash)}.proof`;
}

import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { parseKeptJson, writeAtomically } from '@salus/client/home';

const ceremonySchema = z.strictObject({
  chaincode: z.string(),
  keyId: z.string(),
  epoch: z.number(),
  /** Whether the content is a contribution, which is needed as long as the shares of the epoch are. */
  isContribution: z.boolean().optional(),
});

/** A ceremony of a collective key, at the contract `computation` of a chaincode. */
export type CeremonyName = z.infer<typeof ceremonySchema>;

/** Which contents nobody needs once a ceremony is over, on disk: a note for each. */
export class PassingContents {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async note(hash: string, ceremony: CeremonyName): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await writeAtomically(this.#fileOf(hash), Buffer.from(JSON.stringify(ceremony)));
  }

  /** The content is to stay, or is gone. */
  async forget(hash: string): Promise<void> {
    await rm(this.#fileOf(hash), { force: true });
  }

  /** The ceremony of a content; undefined for one that is to stay. */
  async find(hash: string): Promise<CeremonyName | undefined> {
    const file = this.#fileOf(hash);
    const text = await readFile(file, 'utf8').catch(() => undefined);
    return text === undefined ? undefined : parseKeptJson(file, ceremonySchema, text);
  }

  async hashes(): Promise<readonly string[]> {
    const names = await readdir(this.#folder).catch(() => []);
    return names.filter((name) => /^[0-9a-f]{64}$/.test(name));
  }

  #fileOf(hash: string): string {
    return path.join(this.#folder, hash);
  }
}

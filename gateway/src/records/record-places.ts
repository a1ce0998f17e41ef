import { appendFile, readFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Whose a record is. The ledger addresses records by patient and ID, FHIR by ID alone; the gateway
 * remembers the records that it has seen, pseudonyms and IDs as the ledger shows them to every member.
 */
export class RecordPlaces {
  readonly #file: string;
  readonly #pseudonyms: Map<string, string>;
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(file: string, pseudonyms: Map<string, string>) {
    this.#file = file;
    this.#pseudonyms = pseudonyms;
  }

  static async open(home: string): Promise<RecordPlaces> {
    const file = path.join(home, 'record-places');
    const text = await readFile(file, 'utf8').catch(() => '');
    // A line that a crash cut off names nothing.
    const lines = text.split('\n').slice(0, -1);
    const pairs = lines.map((line) => line.split(' ')).filter((words) => words.length === 2);
    return new RecordPlaces(file, new Map(pairs as [string, string][]));
  }

  /** The pseudonym of a record's patient, if the gateway has seen the record. */
  find(recordId: string): string | undefined {
    return this.#pseudonyms.get(recordId);
  }

  /** Remembers records. What isn't remembered for a fault of the disk is found again by a search. */
  async remember(pseudonym: string, recordIds: Iterable<string>): Promise<void> {
    const fresh = [...recordIds].filter((id) => this.#pseudonyms.get(id) !== pseudonym);
    if (fresh.length === 0) return;
    for (const id of fresh) this.#pseudonyms.set(id, pseudonym);
    const lines = fresh.map((id) => `${id} ${pseudonym}\n`).join('');
    this.#writing = this.#writing.then(() =>
      appendFile(this.#file, lines, { mode: 0o600 }).catch(() => undefined),
    );
    await this.#writing;
  }
}

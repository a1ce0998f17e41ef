import { appendFile, readFile } from 'node:fs/promises';
import path from 'node:path';

/** Stands in the place of a pseudonym where records of several patients have the ID. */
const AMBIGUOUS = '?';

/**
 * Whose a record is. The ledger addresses records by patient and ID, FHIR by ID alone. The gateway
 * remembers the records that it has seen, pseudonyms and IDs as the ledger shows them to every member.
 *
 * Any hospital can give a record an ID that it saw on another patient's. Such an ID names nobody here, so
 * that nobody is shown the one for the other.
 */
export class RecordPlaces {
  readonly #file: string;
  readonly #pseudonyms = new Map<string, string>();
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(file: string) {
    this.#file = file;
  }

  static async open(home: string): Promise<RecordPlaces> {
    const places = new RecordPlaces(path.join(home, 'record-places'));
    const text = await readFile(places.#file, 'utf8').catch(() => '');
    // A line that a crash cut off names nothing.
    for (const line of text.split('\n').slice(0, -1)) {
      const [recordId, pseudonym, ...rest] = line.split(' ');
      if (recordId === undefined || pseudonym === undefined || rest.length > 0) continue;
      places.#take(recordId, pseudonym);
    }
    return places;
  }

  /** The pseudonym of a record's patient, if the gateway has seen the record, and no other with its ID. */
  find(recordId: string): string | undefined {
    const found = this.#pseudonyms.get(recordId);
    return found === AMBIGUOUS ? undefined : found;
  }

  /** Remembers records. What isn't remembered for a fault of the disk is found again by a search. */
  async remember(pseudonym: string, recordIds: Iterable<string>): Promise<void> {
    const fresh = [...recordIds].filter((id) => this.#take(id, pseudonym));
    if (fresh.length === 0) return;
    const lines = fresh.map((id) => `${id} ${pseudonym}\n`).join('');
    this.#writing = this.#writing.then(() =>
      appendFile(this.#file, lines, { mode: 0o600 }).catch(() => undefined),
    );
    await this.#writing;
  }

  /** @returns whether it tells something new */
  #take(recordId: string, pseudonym: string): boolean {
    const known = this.#pseudonyms.get(recordId);
    if (known === pseudonym || known === AMBIGUOUS) return false;
    this.#pseudonyms.set(recordId, known === undefined ? pseudonym : AMBIGUOUS);
    return true;
  }
}

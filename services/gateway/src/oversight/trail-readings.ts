import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';

/** Who read a trail, or was refused it. */
export interface TrailReading {
  readonly practitioner: string;
  readonly client?: string | undefined;
  readonly role?: string | undefined;
  /** FHIR type of what was read: the trail, or the consents. */
  readonly type: 'AuditEvent' | 'Consent';
  /** Of the patient; left out where the own organisation's trail was read. */
  readonly pseudonym?: string | undefined;
  /** By which right; left out where it was refused. */
  readonly by?: 'OWN_ORGANISATION' | 'PRIVACY_OFFICER' | 'DECISION' | undefined;
  readonly decisionId?: string | undefined;
}

/**
 * The gateway's own log of who read which patient's trail or consents: a query leaves no trace on the ledger.
 * Its lines hold pseudonyms and IDs of practitioners, and nothing of what was read.
 */
export class TrailReadings {
  readonly #file: string;
  readonly #clock: () => number;
  #writing: Promise<void> = Promise.resolve();

  constructor(home: string, clock: () => number = Date.now) {
    this.#file = path.join(home, 'trail-readings.jsonl');
    this.#clock = clock;
  }

  /**
   * Writes a reading down. It is on the disk when this returns, and nothing is read where it fails.
   *
   * @throws Error of the disk
   */
  async note(reading: TrailReading): Promise<void> {
    const at = new Date(this.#clock()).toISOString();
    const line = `${JSON.stringify({ at, permitted: reading.by !== undefined, ...reading })}\n`;
    const writing = this.#writing.then(() => this.#append(line));
    this.#writing = writing.catch(() => undefined);
    await writing;
  }

  async #append(line: string): Promise<void> {
    await mkdir(path.dirname(this.#file), { recursive: true });
    const file = await open(this.#file, 'a', 0o600);
    try {
      await file.appendFile(line);
      await file.sync();
    } finally {
      await file.close();
    }
  }
}

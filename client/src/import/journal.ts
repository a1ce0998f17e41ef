import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { recordDetailsSchema, type RecordDetails } from './record-details.js';
import { writeAtomically } from '../atomic-file.js';
import { aloneIn } from '../home-lock.js';

/**
 * Remembers the details of a batch from before it is registered until they are deposited: they hold
 * the only copies of its content keys, sealed.
 */
export interface ImportJournal {
  /** Runs an import while no other one uses the journal. @throws SalusError `ERR_HOME_IN_USE` */
  alone<T>(run: () => Promise<T>): Promise<T>;
  load(): Promise<readonly RecordDetails[]>;
  save(details: readonly RecordDetails[]): Promise<void>;
  clear(): Promise<void>;
}

/** Keeps the journal in the hospital desk's home, readable by its owner only. */
export function fileJournal(home: string): ImportJournal {
  const file = path.join(home, 'import.journal');
  return {
    alone: (run) => aloneIn(home, 'an import', run),
    load: async () => {
      const text = await readFile(file, 'utf8').catch(() => '[]');
      return recordDetailsSchema.parse(JSON.parse(text));
    },
    save: (details) => writeAtomically(file, Buffer.from(JSON.stringify(details))),
    clear: () => rm(file, { force: true }),
  };
}

import { appendFile, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { RecordDeposit } from '@salus/protocol/ehr';
import { writeAtomically } from '../home/atomic-file.js';
import { aloneIn } from '../home/home-lock.js';
import { parseKeptJson } from '../home/kept.js';

/**
 * Remembers the details of a batch from before it is registered until they are deposited: they hold
 * the only copies of its content keys, sealed.
 */
export interface ImportJournal {
  /** Runs an import while no other one uses the journal. @throws SalusError `ERR_HOME_IN_USE` */
  alone<T>(run: () => Promise<T>): Promise<T>;
  load(): Promise<readonly RecordDeposit[]>;
  save(deposits: readonly RecordDeposit[]): Promise<void>;
  clear(): Promise<void>;
  /** Keeps what the ledger refuses for good apart: it holds the only copies of its keys. */
  setAside(deposits: readonly RecordDeposit[]): Promise<void>;
}

/** What the journal reads by; the contract checks the rest. */
const entries = z.array(
  z.looseObject({
    details: z.looseObject({ recordId: z.string() }),
    keys: z.looseObject({ pseudonym: z.string(), recordId: z.string() }),
  }),
);

/** Keeps the journal in the hospital desk's home, readable by its owner only. */
export function fileJournal(home: string): ImportJournal {
  const file = path.join(home, 'import.journal');
  return {
    alone: (run) => aloneIn(home, 'an import', run),
    load: async () => {
      const text = await readFile(file, 'utf8').catch(() => '[]');
      return parseKeptJson(file, entries, text) as unknown as RecordDeposit[];
    },
    save: (deposits) => writeAtomically(file, Buffer.from(JSON.stringify(deposits))),
    clear: () => rm(file, { force: true }),
    setAside: (deposits) =>
      appendFile(
        path.join(home, 'import.refused'),
        deposits.map((one) => `${JSON.stringify(one)}\n`).join(''),
        { mode: 0o600 },
      ),
  };
}

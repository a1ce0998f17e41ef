import { setTimeout as sleep } from 'node:timers/promises';
import type { SalusClient } from '@salus/client';
import { SalusError } from '@salus/protocol';
import { recordsRegistered } from './record-events.js';

/** Where a record is on the ledger. */
export interface RecordRef {
  readonly pseudonym: string;
  readonly recordId: string;
}

const QUIET_MS = 10_000;

/**
 * Every record that the chain tells of, from its beginning to where it stands now: no state lists the
 * records of all patients. What a forged event tells in another form is passed over.
 */
export async function* registeredRecords(
  client: Pick<SalusClient, 'events' | 'height'>,
): AsyncGenerator<RecordRef, void> {
  const end = await client.height();
  const ending = new AbortController();
  const events = client.events({ contract: 'ehr', from: 'beginning', signal: ending.signal });
  const reading = events[Symbol.asyncIterator]();
  try {
    for (;;) {
      // The last block may hold no event: then nothing more comes.
      const next = await orNothing(reading.next());
      if (next === undefined || next.done === true || next.value.blockNumber >= end) return;
      const { name, payload } = next.value;
      if (name !== 'RecordsRegistered.v1') continue;
      const { patients = [] } = recordsRegistered.safeParse(payload).data ?? {};
      for (const { pseudonym, recordIds } of patients) {
        for (const recordId of recordIds) yield { pseudonym, recordId };
      }
    }
  } finally {
    ending.abort();
  }
}

/** What comes, or nothing where it takes too long. */
async function orNothing<T>(coming: Promise<T>): Promise<T | undefined> {
  const resting = new AbortController();
  const { signal } = resting;
  // Ended with what came, so that no timer stays behind.
  const rest = sleep(QUIET_MS, undefined, { signal }).catch(() => undefined);
  try {
    return await Promise.race([coming, rest]);
  } finally {
    resting.abort();
  }
}

/** @throws SalusError `ERR_INVALID_ARGUMENT` unless both are given */
export function recordRef(pseudonym?: string, recordId?: string): RecordRef {
  if (pseudonym !== undefined && recordId !== undefined) return { pseudonym, recordId };
  throw new SalusError(
    'ERR_INVALID_ARGUMENT',
    'Name a record by --pseudonym and --record, or --all',
    {
      argument: '--record',
    },
  );
}

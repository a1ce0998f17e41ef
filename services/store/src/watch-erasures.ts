import type { SalusClient } from '@salus/client';
import type { Checkpointer } from '@salus/client/events';
import type { ErasureRequest } from '@salus/proofs';
import { SalusError } from '@salus/protocol';
import type { RecordsErased } from '@salus/protocol/ehr';

/** What is done at each erasure that the ledger records. */
export interface ErasureWatch {
  readonly client: Pick<SalusClient, 'events'>;
  readonly checkpointer: Checkpointer;
  /** Deletes the parts of a record that lie here. */
  readonly erase: (record: ErasureRequest) => Promise<unknown>;
  /** Told of a record whose parts could not be deleted: whoever wants the confirmation asks again. */
  readonly onFault: (record: ErasureRequest, error: unknown) => void;
  readonly signal: AbortSignal;
}

/** Deletes the parts of records as the ledger records their erasure; ends with the signal. */
export async function watchErasures(watch: ErasureWatch): Promise<void> {
  const { client, checkpointer, erase, onFault, signal } = watch;
  const events = client.events({ contract: 'ehr', checkpointer, from: 'beginning', signal });
  for await (const { name, payload } of events) {
    if (name !== 'RecordsErased.v1') continue;
    const { pseudonym, recordIds } = payload as RecordsErased;
    for (const recordId of recordIds) {
      await erase({ pseudonym, recordId }).catch((error: unknown) => {
        const isElsewhere = error instanceof SalusError && error.code === 'ERR_NOT_FOUND';
        if (!isElsewhere) onFault({ pseudonym, recordId }, error);
      });
    }
  }
}

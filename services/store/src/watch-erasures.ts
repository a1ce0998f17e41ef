import type { SalusClient } from '@salus/client';
import type { Checkpointer, ContractEvent } from '@salus/client/events';
import type { ErasureRequest } from '@salus/proofs';
import { SalusError } from '@salus/protocol';
import { followLedger, type FollowerFault } from '@salus/service-kit';
import { recordsErased } from './record-events.js';

/** What is done at each erasure that the ledger records. */
export interface ErasureWatch {
  readonly client: Pick<SalusClient, 'events' | 'height'>;
  readonly checkpointer: Checkpointer;
  /** Deletes the parts of a record that lie here. */
  readonly erase: (record: ErasureRequest) => Promise<unknown>;
  /** Told of a record whose parts could not be deleted: whoever wants the confirmation asks again. */
  readonly onFault: (record: ErasureRequest, error: unknown) => void;
  /** Told where the ledger can't be followed. */
  readonly report: (fault: FollowerFault) => void;
  readonly signal: AbortSignal;
}

/** Deletes the parts of records as the ledger records their erasure; ends with the signal. */
export function watchErasures(watch: ErasureWatch): Promise<void> {
  const { client, checkpointer, erase, onFault, report, signal } = watch;
  const handle = async ({ name, payload, transactionId }: ContractEvent) => {
    if (name !== 'RecordsErased.v1') return;
    const { data } = recordsErased.safeParse(payload);
    if (data === undefined) {
      const message = 'An event of another form than the contract emits was passed over';
      report({ code: 'ERR_INVALID_ARGUMENT', message, transactionId, isPassedOver: true });
      return;
    }
    const { pseudonym, recordIds } = data;
    for (const recordId of recordIds) {
      await erase({ pseudonym, recordId }).catch((error: unknown) => {
        const isElsewhere = error instanceof SalusError && error.code === 'ERR_NOT_FOUND';
        if (!isElsewhere) onFault({ pseudonym, recordId }, error);
      });
    }
  };
  return followLedger(
    { client, contract: 'ehr', checkpointer, from: 'beginning' },
    { handle, report, signal },
  );
}

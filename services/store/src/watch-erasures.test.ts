import { memoryCheckpointer, type ContractEvent } from '@salus/client/events';
import { SalusError } from '@salus/protocol';
import { registeredRecords } from './registered-records.js';
import { watchErasures } from './watch-erasures.js';

let transactions = 0;

const event = (name: string, payload: unknown, blockNumber = 1n): ContractEvent => {
  transactions += 1;
  return { contract: 'ehr', name, payload, blockNumber, transactionId: `t${transactions}` };
};

/** A chain that tells these events and nothing after them. */
function chainOf(...events: readonly ContractEvent[]) {
  return {
    height: () => Promise.resolve(5n),
    events: async function* () {
      for (const one of events) yield await Promise.resolve(one);
    },
  };
}

describe('what a store follows on the ledger', () => {
  it('is the erasure of records: their parts are deleted one by one, whatever becomes of one', async () => {
    const erased: string[] = [];
    const faults: string[] = [];
    await watchErasures({
      client: chainOf(
        event('RecordsRegistered.v1', { patients: [] }),
        event('RecordsErased.v1', { pseudonym: 'p', recordIds: ['r1', 'r2', 'r3'] }),
      ),
      checkpointer: memoryCheckpointer(),
      erase: ({ recordId }) => {
        erased.push(recordId);
        if (recordId === 'r1') return Promise.reject(new SalusError('ERR_NOT_FOUND', 'elsewhere'));
        if (recordId === 'r2') return Promise.reject(new Error('the disk'));
        return Promise.resolve();
      },
      onFault: ({ recordId }) => faults.push(recordId),
      report: ({ code }) => faults.push(code),
      signal: new AbortController().signal,
    });
    expect(erased).toEqual(['r1', 'r2', 'r3']);
    expect(faults).toEqual(['r2']);
  });

  it('finds every record that was registered up to now', async () => {
    const chain = chainOf(
      event('RecordsRegistered.v1', {
        patients: [
          { pseudonym: 'p', recordIds: ['r1', 'r2'] },
          { pseudonym: 'q', recordIds: ['r1'] },
        ],
      }),
      event('AccessGranted.v1', {}),
      event('RecordsRegistered.v1', { patients: [{ pseudonym: 'p', recordIds: ['later'] }] }, 5n),
    );
    const found = [];
    for await (const one of registeredRecords(chain))
      found.push(`${one.pseudonym}/${one.recordId}`);
    expect(found).toEqual(['p/r1', 'p/r2', 'q/r1']);
  });
});

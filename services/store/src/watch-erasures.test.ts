import { memoryCheckpointer, type ContractEvent } from '@salus/client/events';
import { SalusError } from '@salus/protocol';
import type { FollowerFault } from '@salus/service-kit';
import { registeredRecords } from './registered-records.js';
import { watchErasures } from './watch-erasures.js';

const [PATIENT, OTHER] = ['p'.repeat(43), 'q'.repeat(43)] as const;

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
        event('RecordsErased.v1', { pseudonym: PATIENT, recordIds: ['r1', 'r2', 'r3'] }),
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

  it('is not kept up by forged events: those of another form are told of and passed over', async () => {
    const erased: string[] = [];
    const faults: FollowerFault[] = [];
    const forged = [undefined, 'p', { pseudonym: PATIENT }, { pseudonym: 'p', recordIds: ['r1'] }];
    const started = Date.now();
    await watchErasures({
      client: chainOf(
        ...forged.map((payload) => event('RecordsErased.v1', payload)),
        event('RecordsErased.v1', { pseudonym: PATIENT, recordIds: [7] }),
        event('RecordsErased.v1', { pseudonym: PATIENT, recordIds: ['r1'] }),
      ),
      checkpointer: memoryCheckpointer(),
      erase: ({ recordId }) => Promise.resolve(erased.push(recordId)),
      onFault: () => undefined,
      report: (fault) => faults.push(fault),
      signal: new AbortController().signal,
    });
    expect(erased).toEqual(['r1']);
    expect(faults).toHaveLength(5);
    expect(faults[0]).toMatchObject({ code: 'ERR_INVALID_ARGUMENT', isPassedOver: true });
    expect(Date.now() - started).toBeLessThan(5000);
  });

  it('finds every record that was registered up to now', async () => {
    const chain = chainOf(
      event('RecordsRegistered.v1', {
        patients: [
          { pseudonym: PATIENT, recordIds: ['r1', 'r2'] },
          { pseudonym: OTHER, recordIds: ['r1'] },
        ],
      }),
      event('AccessGranted.v1', {}),
      event('RecordsRegistered.v1', undefined),
      event('RecordsRegistered.v1', { patients: [{ pseudonym: PATIENT }] }),
      event(
        'RecordsRegistered.v1',
        { patients: [{ pseudonym: PATIENT, recordIds: ['later'] }] },
        5n,
      ),
    );
    const found = [];
    for await (const one of registeredRecords(chain))
      found.push(`${one.pseudonym}/${one.recordId}`);
    expect(found).toEqual([`${PATIENT}/r1`, `${PATIENT}/r2`, `${OTHER}/r1`]);
  });
});

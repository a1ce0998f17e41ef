import type { ContractEvent } from '@salus/client/events';

/** An event by its name and payload. */
export type Told = readonly [name: string, payload: unknown];

/** A chain that tells these events of the ehr contract and nothing after them. */
export function chainOf(...told: readonly Told[]) {
  const events = told.map(([name, payload], index): ContractEvent => ({
    ...{ contract: 'ehr', name, payload, blockNumber: BigInt(index) },
    transactionId: `t${index}`,
  }));
  return {
    height: () => Promise.resolve(BigInt(events.length)),
    events: async function* () {
      for (const one of events) yield await Promise.resolve(one);
    },
  };
}

import { ehrClient, type EhrClient } from '@salus/client/ehr';
import type { Contract } from '@salus/client/transaction';
import type { LedgerClient } from '@salus/memory-ledger';

/** The ehr contract on a ledger in memory, as somebody of an organisation calls it. */
export function ehrInMemory(client: LedgerClient, mspId: string): EhrClient {
  const contract = {
    name: 'ehr',
    submit: (transaction, options) => client.submit('ehr', transaction, options),
    evaluate: (transaction, options) => client.evaluate('ehr', transaction, options),
  } satisfies Contract;
  return ehrClient(contract, mspId);
}

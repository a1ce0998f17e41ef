import type { SalusClient } from '@salus/client';
import { openResult, type OpenedResult } from '@salus/client/computation';
import type { StoreGroup } from '@salus/client/stores';
import { currentMembers } from '@salus/client/trust';
import type { Engine } from '@salus/compute';

/** A recipient's side of an opening. */
export interface Recipient {
  readonly client: SalusClient;
  readonly store: StoreGroup;
  readonly engine: Engine;
  readonly openingId: string;
}

/** Waits for as many committee members as it takes, and opens what they sealed to this recipient. */
export async function receive({
  client,
  store,
  engine,
  openingId,
}: Recipient): Promise<OpenedResult> {
  return await openResult(openingId, {
    computation: client.computation('claims'),
    engine,
    store,
    members: currentMembers(client),
    channel: client.channel,
    chaincode: 'claims',
    mspId: client.mspId,
  });
}

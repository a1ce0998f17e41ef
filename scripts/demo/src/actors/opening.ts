import {
  currentMembers,
  openResult,
  type OpenedResult,
  type SalusClient,
  type StoreClient,
} from '@salus/client';
import type { Engine } from '@salus/compute';

/** A recipient's side of an opening. */
export interface Recipient {
  readonly client: SalusClient;
  readonly store: StoreClient;
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
    chaincode: 'claims',
    mspId: client.mspId,
  });
}

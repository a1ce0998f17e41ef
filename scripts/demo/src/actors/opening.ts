import { setTimeout as sleep } from 'node:timers/promises';
import {
  generateHpkeKeyPair,
  openSealed,
  PARTIAL_INFO,
  sha256Hex,
  type SalusClient,
  type StoreClient,
} from '@salus/client';

const PARTIALS_MS = 60_000;
const POLL_MS = 200;

/** A recipient's side of an opening. */
export interface Recipient {
  readonly client: SalusClient;
  readonly store: StoreClient;
  readonly openingId: string;
}

/**
 * Leaves a key made for this opening, waits for the committee, and opens the members' parts, each
 * compared with its hash on the ledger. In the order of the key's members.
 */
export async function receivePartials({
  client,
  store,
  openingId,
}: Recipient): Promise<readonly Uint8Array[]> {
  const recipient = client.mspId;
  const keys = await generateHpkeKeyPair();
  await store.leave({ openingId, recipient }, Buffer.from(keys.publicKey));
  const { keyId } = await client.claims.getOpening(openingId);
  const { members } = await client.claims.getKey(keyId);
  const given = await allPartials(client, openingId, members.length);
  const partials: Uint8Array[] = [];
  for (const { mspId: member } of members) {
    const letter = await store.collect({ openingId, recipient, member });
    const box = JSON.parse(Buffer.from(letter.body, 'base64').toString('utf8')) as {
      enc: string;
      ciphertext: string;
    };
    const partial = await openSealed(keys.privateKey, box, {
      info: PARTIAL_INFO,
      aad: `${openingId} ${member}`,
    });
    const expected = given.find((one) => one.mspId === member)?.partialHash;
    if (sha256Hex(partial) !== expected) throw new Error(`${member} sent another part`);
    partials.push(partial);
  }
  return partials;
}

async function allPartials(client: SalusClient, openingId: string, count: number) {
  const end = Date.now() + PARTIALS_MS;
  while (Date.now() < end) {
    const { partials } = await client.claims.getOpening(openingId);
    if (partials.length === count) return partials;
    await sleep(POLL_MS);
  }
  throw new Error('The committee did not open the sum in time');
}

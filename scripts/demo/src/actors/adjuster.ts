import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  askWallet,
  generateHpkeKeyPair,
  openSealed,
  PARTIAL_INFO,
  sha256Hex,
  StoreClient,
  type SalusClient,
  type WalletInvitation,
} from '@salus/client';
import { serveActor } from './serve-actor.js';

interface PolicyRequest {
  readonly policyId: string;
  readonly auditor: string;
  readonly year: string;
  readonly invitation: WalletInvitation;
  readonly slots: Readonly<Record<string, number>>;
}

interface PayRequest {
  readonly claimId: string;
  readonly openingId: string;
  readonly storeUrl: string;
}

const PARTIALS_MS = 60_000;
const POLL_MS = 200;

/** An insurer's claims adjuster: sees totals a benefit category, once the committee has opened them. */
void serveActor(({ client, identity }) => ({
  async policy({ policyId, auditor, year, invitation, slots }: PolicyRequest) {
    const { pseudonym = '' } = await askWallet(invitation, { type: 'identify' });
    await client.claims.createPolicy({
      policyId,
      holder: pseudonym,
      auditor,
      currency: 'USD',
      validFrom: `${year}-01-01`,
      validTo: `${year}-12-31`,
      categorySystem: 'http://terminology.hl7.org/CodeSystem/claim-type',
      benefits: Object.entries(slots).map(([category, slot]) => ({
        category,
        slot,
        deductibleMinor: category === 'pharmacy' ? 1000 : 25_000,
        coinsuranceBasisPoints: 2000,
        capMinor: 500_000,
      })),
    });
    return { policyId, holder: pseudonym };
  },

  async adjudicate({ claimId, openingId, storeUrl }: PayRequest) {
    const store = new StoreClient(storeUrl, identity);
    const { mspId } = client;
    const { value } = await client.claims.requestOpening({
      claimId,
      openingId,
      recipients: [mspId],
    });
    if (!value.permitted) throw new Error(`The opening was denied: ${value.reason}`);
    const keys = await generateHpkeKeyPair();
    await store.leave({ openingId, recipient: mspId }, Buffer.from(keys.publicKey));

    const { members } = await client.claims.getKey(value.keyId);
    const given = await partialsOf(client, openingId, members.length);
    const partials: Uint8Array[] = [];
    for (const { mspId: member } of members) {
      const letter = await store.collect({ openingId, recipient: mspId, member });
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
    const sum = await store.get(value.resultHash ?? '', { claim: claimId });
    const salt = randomBytes(32).toString('hex');
    await client.claims.adjudicate({ claimId, openingId }, { sum, partials, salt });
    return client.claims.getAdjudication(claimId);
  },

  async settle({ claimId }: { claimId: string }) {
    const paymentReferenceHash = sha256Hex(randomBytes(32));
    const { value, transactionId } = await client.claims.settle({ claimId, paymentReferenceHash });
    return { status: value.status, transactionId };
  },
}));

async function partialsOf(client: SalusClient, openingId: string, count: number) {
  for (const end = Date.now() + PARTIALS_MS; Date.now() < end; await sleep(POLL_MS)) {
    const { partials } = await client.claims.getOpening(openingId);
    if (partials.length === count) return partials;
  }
  throw new Error('The committee did not open the sum in time');
}

import { randomBytes } from 'node:crypto';
import { contentStores } from '@salus/client/stores';
import { askWallet, type WalletInvitation } from '@salus/client/wallet';
import { createEngine } from '@salus/compute';
import { sha256Hex } from '@salus/protocol';
import { receive } from './opening.js';
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
  /** MSP ID of who checks the totals beside the insurer. */
  readonly auditor: string;
  readonly stores: readonly string[];
}

/** An insurer's claims adjuster: sees totals a benefit category, once the committee has opened them. */
void serveActor(({ client }) => ({
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

  async adjudicate({ claimId, auditor, stores }: PayRequest) {
    const store = contentStores(stores, client);
    const recipients = [client.mspId, auditor];
    const { value } = await client.claims.requestOpening({ claimId, recipients });
    if (!value.permitted) throw new Error(`The opening was denied: ${value.reason}`);
    const { openingId } = value;
    await using engine = createEngine();
    const opened = await receive({ client, store, engine, openingId });
    const salt = randomBytes(32).toString('hex');
    await client.claims.adjudicate({ claimId, openingId }, { ...opened, sum: opened.result, salt });
    return await client.claims.getAdjudication(claimId);
  },

  async settle({ claimId }: { claimId: string }) {
    const paymentReferenceHash = sha256Hex(randomBytes(32));
    const { value, transactionId } = await client.claims.settle({ claimId, paymentReferenceHash });
    return { status: value.status, transactionId };
  },
}));

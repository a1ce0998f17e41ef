import { randomBytes } from 'node:crypto';
import type { WalletInvitation } from '@salus/client/wallet';
import { serveActor } from './serve-actor.js';

interface PolicyRequest {
  readonly policyId: string;
  readonly auditor: string;
  readonly year: string;
  readonly invitation: WalletInvitation;
  readonly slots: Readonly<Record<string, number>>;
}

interface DecideRequest {
  readonly claimId: string;
  readonly stores: readonly string[];
}

/** An insurer's claims adjuster: sees totals a benefit category, once the committee has opened them. */
void serveActor(({ home, client }) => ({
  async policy({ policyId, auditor, year, invitation, slots }: PolicyRequest) {
    const { value } = await client.claims.insure(invitation, {
      policyId,
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
    return { policyId, holder: value.holder };
  },

  decide({ claimId, stores }: DecideRequest) {
    return client.claims.using({ stores }).decide(claimId);
  },

  async pay({ claimId }: { claimId: string }) {
    const reference = `demo ${randomBytes(8).toString('hex')}`;
    const { claim } = await client.claims.using({ home }).pay(claimId, reference);
    return { status: claim.status };
  },
}));

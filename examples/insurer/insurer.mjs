// An insurer's app: creates a policy, reads what the patient has shared for a claim, decides and pays it.
//
//   node insurer.mjs policy SETTINGS INVITATION POLICY-ID AUDITOR
//   node insurer.mjs attachment SETTINGS PSEUDONYM RECORD
//   node insurer.mjs decide SETTINGS CLAIM-ID
//   node insurer.mjs pay SETTINGS CLAIM-ID PAYMENT-REFERENCE

import { readFile } from 'node:fs/promises';
import { connect } from '@salus/client';

const readJson = async (file) => JSON.parse(await readFile(file, 'utf8'));

const acts = {
  /** The holder's pseudonym is the one that insurers know, never that of the hospitals. */
  async policy(client, invitationFile, policyId, auditor) {
    const { value } = await client.claims.insure(await readJson(invitationFile), {
      policyId,
      auditor,
      currency: 'USD',
      validFrom: '2026-01-01',
      validTo: '2026-12-31',
      categorySystem: 'http://terminology.hl7.org/CodeSystem/claim-type',
      benefits: [
        {
          category: 'professional',
          slot: 0,
          deductibleMinor: 25_000,
          coinsuranceBasisPoints: 2_000,
          capMinor: 500_000,
        },
      ],
    });
    return { policyId: value.policyId, insurer: value.insurer };
  },

  async attachment(client, pseudonym, recordId) {
    const wish = { pseudonym, recordId, purpose: 'CLMATTCH' };
    const { content, details } = await client.records.read(wish);
    return { bytes: content.length, category: details.category };
  },

  /** Waits for the committee. Insurer and auditor adjudicate; nobody else sees an amount. */
  async decide(client, claimId) {
    const { currency, claimedMinor, payableMinor, benefits } = await client.claims.decide(claimId);
    return { currency, claimedMinor, payableMinor, benefits };
  },

  /** The ledger learns a salted hash of the payment's reference. */
  async pay(client, claimId, reference) {
    const { claim, payment } = await client.claims.pay(claimId, reference);
    return { status: claim.status, paymentReferenceHash: payment.hash };
  },
};

const [name, settings, ...rest] = process.argv.slice(2);
const client = await connect(await readJson(settings));
try {
  console.log(JSON.stringify(await acts[name](client, ...rest)));
} finally {
  client.close();
}

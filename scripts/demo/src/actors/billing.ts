import { randomBytes } from 'node:crypto';
import { readFhirFile } from '@salus/client/records';
import { createEngine } from '@salus/compute';
import { sha256Hex, hashOf } from '@salus/protocol';
import { storesOf } from './opening.js';
import { serveActor } from './serve-actor.js';

interface ClaimRequest {
  readonly claimId: string;
  readonly policyId: string;
  readonly keyId: string;
  readonly file: string;
  readonly serviceDate: string;
  readonly slots: Readonly<Record<string, number>>;
  readonly stores: readonly string[];
}

/** What of a FHIR claim makes a line. */
interface FhirClaim {
  readonly billablePeriod: { readonly start: string };
  readonly type: { readonly coding: readonly [{ readonly code: string }] };
  readonly item: readonly { readonly net?: { readonly value: number } }[];
  readonly total: { readonly value: number; readonly currency: string };
}

/** A hospital's billing desk: encrypts amounts under the committee's key, so that none can be read. */
void serveActor(({ client, identity }) => {
  const engine = createEngine();
  return {
    async claim(request: ClaimRequest) {
      const { claimId, policyId, keyId, file, serviceDate, slots, stores } = request;
      const store = storesOf(stores, { client, identity });
      const claims = (await readFhirFile(file)).filter(
        ({ resource }) =>
          resource.resourceType === 'Claim' &&
          (resource as unknown as FhirClaim).billablePeriod.start.startsWith(serviceDate),
      );
      const { publicKeyHash = '' } = await client.computation('claims').getKey(keyId);
      const publicKey = await store.get(publicKeyHash, { chaincode: 'claims', key: keyId });
      const lines = [];
      const ciphertexts: Buffer[] = [];
      for (const { resource, text } of claims) {
        const claim = resource as unknown as FhirClaim;
        const slot = slots[claim.type.coding[0].code] ?? 0;
        for (const [sequence, minor] of itemAmounts(claim).entries()) {
          const values = new Array<number>(slot + 1).fill(0);
          values[slot] = minor;
          const { bytes, hash } = await engine.encrypt({ publicKey, values });
          const ciphertext = Buffer.from(bytes);
          await store.put(ciphertext);
          ciphertexts.push(ciphertext);
          const evidence = Buffer.from(`${sequence} ${text}`);
          const evidenceHash = sha256Hex(Buffer.concat([randomBytes(32), evidence]));
          lines.push({ ciphertextHash: hash, evidenceHash });
        }
      }
      const service = { serviceDate, salt: randomBytes(32).toString('hex') };
      const submitted = { claimId, policyId, keyId, serviceHash: hashOf(service), lines };
      await client.claims.submitClaim(submitted, { ciphertexts, service });
      const { sum } = await client.claims.sumClaim(claimId, ciphertexts, engine);
      await store.put(sum);
      return { lines: lines.length, bytes: sum.length };
    },
  };
});

/** Minor units of the items that have an amount, and of what the total has beyond them. */
function itemAmounts({ item, total }: FhirClaim): number[] {
  const toMinor = (value: number) => Math.round(value * 100);
  const amounts = item.map(({ net }) => toMinor(net?.value ?? 0)).filter((minor) => minor > 0);
  const rest = toMinor(total.value) - amounts.reduce((sum, minor) => sum + minor, 0);
  return rest > 0 ? [rest, ...amounts] : amounts;
}

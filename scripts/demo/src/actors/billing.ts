import type { ClaimLine } from '@salus/client/claims';
import { readFhirFile } from '@salus/client/records';
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
void serveActor(({ client }) => ({
  async claim({ file, slots, stores, ...claim }: ClaimRequest) {
    const lines = (await readFhirFile(file))
      .filter(({ resource }) => resource.resourceType === 'Claim')
      .map(({ resource, text }) => ({ claim: resource as unknown as FhirClaim, text }))
      .filter(({ claim: { billablePeriod } }) => billablePeriod.start.startsWith(claim.serviceDate))
      .flatMap(({ claim, text }) => linesOf(claim, text, slots));
    const { sum } = await client.claims.using({ stores }).submit({ ...claim, lines });
    return { lines: lines.length, bytes: sum.length };
  },
}));

/** A line for each amount of a FHIR claim, of which the claim's text is the evidence. */
function linesOf(claim: FhirClaim, text: string, slots: ClaimRequest['slots']): ClaimLine[] {
  const slot = slots[claim.type.coding[0].code] ?? 0;
  return itemAmounts(claim).map((amount, index) => ({
    slot,
    amount,
    evidence: `${index} ${text}`,
  }));
}

/** Minor units of the items that have an amount, and of what the total has beyond them. */
function itemAmounts({ item, total }: FhirClaim): number[] {
  const toMinor = (value: number) => Math.round(value * 100);
  const amounts = item.map(({ net }) => toMinor(net?.value ?? 0)).filter((minor) => minor > 0);
  const rest = toMinor(total.value) - amounts.reduce((sum, minor) => sum + minor, 0);
  return rest > 0 ? [rest, ...amounts] : amounts;
}

import { randomBytes } from 'node:crypto';
import { createEngine, profileOf, type Engine } from '@salus/compute';
import { hashOf, sha256Hex } from '@salus/protocol';
import type { Claim, ServiceDetails, SubmitClaimRequest } from '@salus/protocol/claims';
import type { ComputationClient } from '../computation/computation-client.js';
import type { ContentStore } from '../stores/store-group.js';
import type { Receipt } from '../transaction/typed-contract.js';

/** A claim whose amounts are still to be encrypted. */
export interface ClaimWithAmounts {
  readonly claimId: string;
  readonly policyId: string;
  /** The committee's key that the amounts are encrypted under. */
  readonly keyId: string;
  /** ISO 8601, the day alone. */
  readonly serviceDate: string;
  readonly lines: readonly ClaimLine[];
}

/** One line of a claim. */
export interface ClaimLine {
  /** Slot of the policy's benefit that the amount counts for. */
  readonly slot: number;
  /** In minor units, e.g. cents. */
  readonly amount: number;
  /** What proves the line, e.g. the text of a FHIR Claim. The ledger gets a salted hash. */
  readonly evidence: Uint8Array | string;
}

/** A claim that was submitted and summed. */
export interface SubmittedClaim {
  readonly receipt: Receipt<Claim>;
  /** The encrypted sum, which is in the stores too. */
  readonly sum: Uint8Array;
}

/** What of a claims client submits and sums. */
export interface ClaimsSubmitter {
  submitClaim(
    request: SubmitClaimRequest,
    content: { readonly ciphertexts: readonly Uint8Array[]; readonly service: ServiceDetails },
  ): Promise<Receipt<Claim>>;
  sumClaim(
    claimId: string,
    ciphertexts: readonly Uint8Array[],
    engine: Pick<Engine, 'evaluate'>,
  ): Promise<Receipt<Claim> & { readonly sum: Uint8Array }>;
}

/** Where the key is read from, and ciphertexts are kept. */
export interface AmountParts {
  readonly claims: ClaimsSubmitter;
  readonly committee: Pick<ComputationClient, 'getKey'>;
  readonly store: Pick<ContentStore, 'put' | 'get'>;
  /** Name under which the contract is deployed. */
  readonly chaincode: string;
}

/** Encrypts a claim's amounts, keeps the ciphertexts in the stores, submits the claim and has it summed. */
export async function submitAmounts(
  { claims, committee, store, chaincode }: AmountParts,
  { lines, serviceDate, ...claim }: ClaimWithAmounts,
): Promise<SubmittedClaim> {
  const { publicKeyHash = '', profile } = await committee.getKey(claim.keyId);
  const publicKey = await store.get(publicKeyHash, { chaincode, key: claim.keyId });
  await using engine = createEngine({ profile: profileOf(profile).name });
  const ciphertexts: Uint8Array[] = [];
  const submitted: SubmitClaimRequest['lines'] = [];
  for (const { slot, amount, evidence } of lines) {
    const values = new Array<number>(slot + 1).fill(0);
    values[slot] = amount;
    const { bytes, hash } = await engine.encrypt({ publicKey, values });
    await store.put(bytes);
    ciphertexts.push(bytes);
    submitted.push({ ciphertextHash: hash, evidenceHash: saltedHash(evidence) });
  }
  const service = { serviceDate, salt: randomBytes(32).toString('hex') };
  const request = { ...claim, serviceHash: hashOf(service), lines: submitted };
  await claims.submitClaim(request, { ciphertexts, service });
  const { sum, ...receipt } = await claims.sumClaim(claim.claimId, ciphertexts, engine);
  await store.put(sum);
  return { receipt, sum };
}

function saltedHash(evidence: Uint8Array | string): string {
  return sha256Hex(Buffer.concat([randomBytes(32), Buffer.from(evidence as Uint8Array)]));
}

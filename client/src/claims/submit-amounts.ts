import { createEngine, profileOf, type Engine } from '@salus/compute';
import { hashOf } from '@salus/protocol';
import {
  aboutAmounts,
  type Claim,
  type Policy,
  type ServiceDetails,
  type SubmitClaimRequest,
} from '@salus/protocol/claims';
import type { CiphertextUse, Contributor } from '@salus/protocol/computation';
import type { ComputationClient } from '../computation/computation-client.js';
import { proveValues } from '../computation/proven-values.js';
import { seededPublicKey } from '../computation/seeded-public-key.js';
import type { ContentStore } from '../stores/store-group.js';
import type { Receipt } from '../transaction/typed-contract.js';
import { vectorsOf, type ClaimLine } from './claim-lines.js';
import { salted, saltOf, type SaltedHash } from './claim-salts.js';

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

/** A claim that was submitted and summed. */
export interface SubmittedClaim {
  readonly receipt: Receipt<Claim>;
  /** The encrypted sum, which is in the stores too. */
  readonly sum: Uint8Array;
  /** By what the hospital can show the evidence of each line, in the lines' order. */
  readonly evidence: readonly SaltedHash[];
  /** By what it can show the date of service: the claim's `serviceHash` is the hash of this. */
  readonly service: ServiceDetails;
}

/** What goes to endorsers with a claim, and not on the ledger. */
export interface ClaimContent {
  /** One for each line, in the lines' order. */
  readonly ciphertexts: readonly Uint8Array[];
  /** One for each four lines, as `proveValues` makes them. */
  readonly proofs: readonly Uint8Array[];
  /** The collective public key. */
  readonly publicKey: Uint8Array;
  readonly service: ServiceDetails;
}

/** What of a claims client submits and sums. */
export interface ClaimsSubmitter {
  getPolicy(policyId: string): Promise<Policy>;
  submitClaim(request: SubmitClaimRequest, content: ClaimContent): Promise<Receipt<Claim>>;
  sumClaim(
    claimId: string,
    ciphertexts: readonly Uint8Array[],
    engine: Pick<Engine, 'evaluate'>,
  ): Promise<Receipt<Claim> & { readonly sum: Uint8Array }>;
}

/** Where policy and key are read from, ciphertexts are kept, and who sends them. */
export interface AmountParts {
  readonly claims: ClaimsSubmitter;
  readonly committee: Pick<ComputationClient, 'getKey'>;
  readonly store: Pick<ContentStore, 'put' | 'get'>;
  readonly channel: string;
  /** Name under which the contract is deployed. */
  readonly chaincode: string;
  /** Whose certificate signs the claim. */
  readonly sender: Contributor;
  /** What the salts of the claim derive from. */
  readonly secret: Uint8Array;
}

/**
 * Encrypts a claim's amounts with proofs, keeps the ciphertexts in the stores, submits the claim and has
 * it summed.
 */
export async function submitAmounts(
  parts: AmountParts,
  { lines, serviceDate, ...claim }: ClaimWithAmounts,
): Promise<SubmittedClaim> {
  const { claims, committee, store, channel, chaincode, sender, secret } = parts;
  const { claimId } = claim;
  const policy = await claims.getPolicy(claim.policyId);
  const key = await committee.getKey(claim.keyId);
  const { keyId, epoch, publicKeyHash = '' } = key;
  const profile = profileOf(key.profile);
  const vectors = vectorsOf(lines, policy.benefits, profile);
  await using engine = createEngine({ profile: profile.name });
  const publicKey = await seededPublicKey(engine, key, (hash) =>
    store.get(hash, { chaincode, key: keyId }),
  );
  const use: CiphertextUse = {
    ...{ channel, chaincode, keyId, publicKeyHash, epoch, sender },
    ...aboutAmounts(claimId, policy, profile),
  };
  const { ciphertexts, proofs } = await proveValues(engine, { publicKey, use, vectors });
  for (const { bytes } of [...ciphertexts, ...proofs]) await store.put(bytes);
  const service = { serviceDate, salt: saltOf(secret, ['service', claimId]) };
  const evidence = lines.map((line, index) =>
    salted(secret, ['evidence', claimId, `${index}`], line.evidence),
  );
  const request = {
    ...claim,
    serviceHash: hashOf(service),
    epoch,
    proofHashes: proofs.map(({ hash }) => hash),
    lines: evidence.map(({ hash }, index) => ({
      ciphertextHash: ciphertexts[index]?.hash ?? '',
      evidenceHash: hash,
    })),
  };
  const contents = ciphertexts.map(({ bytes }) => bytes);
  const content = { ciphertexts: contents, proofs: proofs.map(({ bytes }) => bytes), publicKey };
  await claims.submitClaim(request, { ...content, service });
  const { sum, ...receipt } = await claims.sumClaim(claimId, contents, engine);
  await store.put(sum);
  return { receipt, sum, evidence, service };
}

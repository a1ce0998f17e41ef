import type {
  Adjudication,
  Claim,
  ClaimsTransactions,
  CollectiveKey,
  CreatePolicyRequest,
  Opening,
  Policy,
  ProposeKeyRequest,
  RequestOpeningRequest,
  ServiceDetails,
  SettleRequest,
  SubmitClaimRequest,
  SubmitPartialRequest,
} from '@salus/claims-contract';
import type { Engine } from '@salus/compute';
import type { Contract } from '../transaction/contract.js';
import { TypedContract, type FacadeOptions, type Receipt } from '../transaction/typed-contract.js';
import { checkCiphertexts, numbered, transientNames } from './transient.js';

/**
 * The claims contract: the committee's collective key, policies, encrypted claims, their sum,
 * opening, adjudication and settlement.
 *
 * Every method throws a {@link SalusError}: those of {@link Contract.submit}, and of the contract
 * `ERR_FORBIDDEN`, `ERR_NOT_FOUND`, `ERR_ALREADY_EXISTS`, `ERR_CONFLICT` (a step out of order),
 * `ERR_HASH_MISMATCH`, `ERR_INVALID_ARGUMENT`, `ERR_CIPHERTEXT_INVALID`.
 *
 * Ciphertexts, contributions and partial openings go to endorsers as transient data. Unless the caller
 * names the organisations, they are the members of the claim's key; for totals, the insurer and its
 * auditor only.
 */
export class ClaimsClient {
  readonly #contract: TypedContract<ClaimsTransactions>;

  constructor(contract: Contract) {
    this.#contract = new TypedContract(contract);
  }

  /** Begins the ceremony that makes a collective key. By a future member. */
  proposeKey(request: ProposeKeyRequest): Promise<Receipt<CollectiveKey>> {
    return this.#contract.submit('proposeKey', request);
  }

  /** Commits to this member's contribution, before any contribution is known. */
  commitContribution(keyId: string, commitment: string): Promise<Receipt<CollectiveKey>> {
    return this.#contract.submit('commitContribution', { keyId, commitment });
  }

  /** Reveals this member's contribution, once all have committed. */
  async revealContribution(
    keyId: string,
    contribution: Uint8Array,
    options: FacadeOptions = {},
  ): Promise<Receipt<CollectiveKey>> {
    return this.#contract.submit(
      'revealContribution',
      { keyId },
      {
        endorsingOrganizations: await this.#membersOf(keyId),
        ...options,
        transient: { [transientNames.contribution]: contribution },
      },
    );
  }

  /**
   * Adds the contributions up to the collective key. Each endorser does so itself.
   *
   * @param contributions - in the order of the key's members
   */
  async finaliseKey(
    keyId: string,
    contributions: readonly Uint8Array[],
    options: FacadeOptions = {},
  ): Promise<Receipt<CollectiveKey>> {
    return this.#contract.submit(
      'finaliseKey',
      { keyId },
      {
        endorsingOrganizations: await this.#membersOf(keyId),
        ...options,
        transient: numbered(transientNames.contribution, contributions),
      },
    );
  }

  /** Puts a policy's benefits on the ledger. By an insurer, role adjuster. */
  createPolicy(request: CreatePolicyRequest): Promise<Receipt<Policy>> {
    return this.#contract.submit('createPolicy', request);
  }

  /**
   * Submits a claim whose amounts are encrypted. By a hospital, role billing.
   *
   * @param ciphertexts - one a line, in the lines' order; the hashes are checked here and again by
   *   every endorser
   * @throws SalusError `ERR_HASH_MISMATCH` before anything is sent
   * @example
   * const amount = await engine.encrypt({ publicKey, values });
   * await client.claims.submitClaim(
   *   { claimId, policyId, keyId, serviceHash: hashOf(service), lines: [{ ciphertextHash: amount.hash, evidenceHash }] },
   *   { ciphertexts: [amount.bytes], service },
   * );
   */
  async submitClaim(
    request: SubmitClaimRequest,
    content: { readonly ciphertexts: readonly Uint8Array[]; readonly service: ServiceDetails },
    options: FacadeOptions = {},
  ): Promise<Receipt<Claim>> {
    checkCiphertexts(request.lines, content.ciphertexts);
    return this.#contract.submit('submitClaim', request, {
      endorsingOrganizations: await this.#membersOf(request.keyId),
      ...options,
      transient: {
        ...numbered(transientNames.ciphertext, content.ciphertexts),
        [transientNames.service]: JSON.stringify(content.service),
      },
    });
  }

  /**
   * Sums a claim's ciphertexts here, and has every endorser do the same and compare.
   *
   * @returns the receipt, and the sum to open later
   * @throws SalusError `ERR_HASH_MISMATCH` when a ciphertext isn't the claim's
   */
  async sumClaim(
    claimId: string,
    ciphertexts: readonly Uint8Array[],
    engine: Pick<Engine, 'sum'>,
    options: FacadeOptions = {},
  ): Promise<Receipt<Claim> & { readonly sum: Uint8Array }> {
    const claim = await this.getClaim(claimId);
    checkCiphertexts(claim.lines, ciphertexts);
    const { bytes, hash } = await engine.sum(ciphertexts);
    const receipt = await this.#contract.submit(
      'sumClaim',
      { claimId, resultHash: hash },
      {
        endorsingOrganizations: await this.#membersOf(claim.keyId),
        ...options,
        transient: {
          ...numbered(transientNames.ciphertext, ciphertexts),
          [transientNames.result]: bytes,
        },
      },
    );
    return { ...receipt, sum: bytes };
  }

  /** Asks for a sum to be opened to its recipients. A denial is recorded, and isn't an error. */
  requestOpening(request: RequestOpeningRequest): Promise<Receipt<Opening>> {
    return this.#contract.submit('requestOpening', request);
  }

  /** Records that this member gave its part of an opening, by hash. */
  submitPartial(request: SubmitPartialRequest): Promise<Receipt<Opening>> {
    return this.#contract.submit('submitPartial', request);
  }

  /**
   * Has the insurer and its auditor open the sum, apply the policy's rules and endorse what they found.
   * Only their peers see the totals.
   *
   * @param content - the sum, the partial openings in the order of the key's members, and a random
   *   salt of 64 hex digits
   */
  async adjudicate(
    { claimId, openingId }: { readonly claimId: string; readonly openingId: string },
    content: {
      readonly sum: Uint8Array;
      readonly partials: readonly Uint8Array[];
      readonly salt: string;
    },
    options: FacadeOptions = {},
  ): Promise<Receipt<Claim>> {
    return this.#contract.submit(
      'adjudicate',
      { claimId, openingId },
      {
        endorsingOrganizations: await this.#entitledTo(claimId),
        ...options,
        transient: {
          [transientNames.result]: content.sum,
          ...numbered(transientNames.partial, content.partials),
          [transientNames.salt]: content.salt,
        },
      },
    );
  }

  /** Records the payment of an adjudicated claim, once. By the insurer, role adjuster. */
  async settle(request: SettleRequest, options: FacadeOptions = {}): Promise<Receipt<Claim>> {
    return this.#contract.submit('settle', request, {
      endorsingOrganizations: await this.#entitledTo(request.claimId),
      ...options,
    });
  }

  getKey(keyId: string): Promise<CollectiveKey> {
    return this.#contract.evaluate('getKey', { keyId });
  }

  getPolicy(policyId: string): Promise<Policy> {
    return this.#contract.evaluate('getPolicy', { policyId });
  }

  getClaim(claimId: string): Promise<Claim> {
    return this.#contract.evaluate('getClaim', { claimId });
  }

  getOpening(openingId: string): Promise<Opening> {
    return this.#contract.evaluate('getOpening', { openingId });
  }

  /** The amounts of an adjudication: answered by the insurer's and the auditor's peers only. */
  getAdjudication(claimId: string): Promise<Adjudication> {
    return this.#contract.evaluate('getAdjudication', { claimId });
  }

  async #membersOf(keyId: string): Promise<readonly string[]> {
    const { members } = await this.getKey(keyId);
    return members.map(({ mspId }) => mspId);
  }

  async #entitledTo(claimId: string): Promise<readonly string[]> {
    const { policyId } = await this.getClaim(claimId);
    const { insurer, auditor } = await this.getPolicy(policyId);
    return [insurer, auditor];
  }
}

import { freshBound, profileOf, type Engine } from '@salus/compute';
import {
  TRANSIENT,
  type Adjudication,
  type Claim,
  type ClaimsTransactions,
  type CreatePolicyRequest,
  type Policy,
  type RequestOpeningRequest,
  type SettleRequest,
  type SubmitClaimRequest,
} from '@salus/protocol/claims';
import type { Opening } from '@salus/protocol/computation';
import { askAgain } from '../computation/ask-again.js';
import type { ComputationClient } from '../computation/computation-client.js';
import { contributorOf } from '../computation/proven-values.js';
import { storesOf, type RecordSettings } from '../records/record-settings.js';
import type { Session } from '../session/session.js';
import { contentStores } from '../stores/content-stores.js';
import { numbered, openingTransient, type OpeningContent } from '../computation/transient.js';
import type { Contract, SubmitOptions } from '../transaction/contract.js';
import { TypedContract, type FacadeOptions, type Receipt } from '../transaction/typed-contract.js';
import { checkCiphertexts } from './check-ciphertexts.js';
import {
  submitAmounts,
  type ClaimContent,
  type ClaimWithAmounts,
  type SubmittedClaim,
} from './submit-amounts.js';

/** What a claim is adjudicated with: its sum, and what opens that. */
export interface ClaimOpening extends Omit<OpeningContent, 'result'> {
  readonly sum: Uint8Array;
  /** 64 random hex digits. */
  readonly salt: string;
}

/** Where ciphertexts are kept. */
export interface ClaimsParts {
  readonly session: Pick<Session, 'channel' | 'identity' | 'tlsRoots'>;
  readonly settings: RecordSettings;
  /** Name under which the contract is deployed. */
  readonly chaincode: string;
}

/** The committee's side of the chaincode, as far as claims ask it. */
type Committee = Pick<ComputationClient, 'getKey' | 'withCommittee'>;

/**
 * The claims contract: policies, encrypted claims, their sum, opening, adjudication and settlement.
 * The committee's keys and its answers to openings are at {@link ComputationClient}.
 *
 * Every method throws a `SalusError`: those of {@link Contract.submit}, and of the contract
 * `ERR_FORBIDDEN`, `ERR_NOT_FOUND`, `ERR_ALREADY_EXISTS`, `ERR_CONFLICT` (a step out of order),
 * `ERR_HASH_MISMATCH`, `ERR_INVALID_ARGUMENT`, `ERR_CIPHERTEXT_INVALID`.
 *
 * Ciphertexts and partial openings go to endorsers as transient data. Unless the caller names the
 * organisations, they are members of the committee of the claim's key; for totals, the insurer and
 * its auditor only.
 */
export class ClaimsClient {
  readonly #contract: TypedContract<ClaimsTransactions>;
  readonly #committee: Committee;
  readonly #parts: ClaimsParts;

  constructor(contract: Contract, committee: Committee, parts: ClaimsParts) {
    this.#contract = new TypedContract(contract);
    this.#committee = committee;
    this.#parts = parts;
  }

  /**
   * The same claims, with ciphertexts in other stores than `connect` was given.
   *
   * @example
   * const claims = client.claims.using({ stores: { InsurerMSP: 'https://localhost:8444' } });
   */
  using(settings: RecordSettings): ClaimsClient {
    return new ClaimsClient(this.#contract.contract, this.#committee, {
      ...this.#parts,
      settings: { ...this.#parts.settings, ...settings },
    });
  }

  /**
   * Encrypts the amounts of a claim, keeps the ciphertexts in the stores, submits the claim and has its
   * sum computed by every endorser. By a hospital, role billing. Encrypting loads `node-seal`.
   *
   * @throws SalusError `ERR_SETTINGS_MISSING` where `connect` was given no `records.stores`; as
   *   {@link ClaimsClient.submitClaim} and {@link ClaimsClient.sumClaim}
   * @example
   * const { sum } = await client.claims.submit({
   *   claimId: 'c1', policyId: 'p1', keyId: 'claims-2026', serviceDate: '2026-03-01',
   *   lines: [{ slot: 0, amount: 129_50, evidence: JSON.stringify(fhirClaim) }],
   * });
   */
  async submit(claim: ClaimWithAmounts): Promise<SubmittedClaim> {
    const { session, settings, chaincode } = this.#parts;
    const store = contentStores(storesOf(settings), session);
    const sender = contributorOf(session.identity);
    const { channel } = session;
    const parts = { claims: this, committee: this.#committee, store, channel, chaincode, sender };
    return submitAmounts(parts, claim);
  }

  /**
   * Puts a policy's benefits on the ledger. By an insurer, role adjuster.
   *
   * @example
   * await client.claims.createPolicy({
   *   policyId: 'p1', holder: pseudonym, auditor: 'RegulatorMSP', currency: 'EUR',
   *   validFrom: '2026-01-01', validTo: '2026-12-31',
   *   categorySystem: 'http://terminology.hl7.org/CodeSystem/ex-benefitcategory',
   *   benefits: [
   *     { category: 'medical', slot: 0, deductibleMinor: 100_00, coinsuranceBasisPoints: 2_000, capMinor: 500_00 },
   *   ],
   * });
   */
  createPolicy(request: CreatePolicyRequest): Promise<Receipt<Policy>> {
    return this.#contract.submit('createPolicy', request);
  }

  /**
   * Submits a claim whose amounts are encrypted. By a hospital, role billing.
   *
   * @param content - a ciphertext for each line, in the lines' order, whose hashes are checked here and
   *   again by every endorser; their proofs, which every endorser checks; and what the service was
   * @throws SalusError `ERR_HASH_MISMATCH` before anything is sent; `ERR_PROOF_INVALID`,
   *   `ERR_EPOCH_OUTDATED` where the key's committee has changed since
   * @example
   * const made = await proveValues(engine, { publicKey, use, vectors });
   * const lines = made.ciphertexts.map(({ hash }, index) => ({
   *   ciphertextHash: hash, evidenceHash: evidence[index] ?? '',
   * }));
   * const proofHashes = made.proofs.map(({ hash }) => hash);
   * const { epoch } = use;
   * await client.claims.submitClaim(
   *   { claimId, policyId, keyId, epoch, serviceHash: hashOf(service), proofHashes, lines },
   *   {
   *     ciphertexts: made.ciphertexts.map(({ bytes }) => bytes),
   *     proofs: made.proofs.map(({ bytes }) => bytes),
   *     publicKey,
   *     service,
   *   },
   * );
   */
  async submitClaim(
    request: SubmitClaimRequest,
    content: ClaimContent,
    options: FacadeOptions = {},
  ): Promise<Receipt<Claim>> {
    checkCiphertexts(request.lines, content.ciphertexts);
    return this.#submitTo(request.keyId, 'submitClaim', request, {
      ...options,
      transient: {
        ...numbered(TRANSIENT.ciphertext, content.ciphertexts),
        ...numbered(TRANSIENT.proof, content.proofs),
        [TRANSIENT.publicKey]: content.publicKey,
        [TRANSIENT.service]: JSON.stringify(content.service),
      },
    });
  }

  /**
   * Sums a claim's ciphertexts here, and has every endorser do the same and compare.
   *
   * @returns the receipt, and the sum to open later
   * @throws SalusError `ERR_HASH_MISMATCH` when a ciphertext isn't the claim's
   * @example
   * await using engine = createEngine();
   * const { sum } = await client.claims.sumClaim('c1', ciphertexts, engine);
   */
  async sumClaim(
    claimId: string,
    ciphertexts: readonly Uint8Array[],
    engine: Pick<Engine, 'evaluate'>,
    options: FacadeOptions = {},
  ): Promise<Receipt<Claim> & { readonly sum: Uint8Array }> {
    const claim = await this.getClaim(claimId);
    checkCiphertexts(claim.lines, ciphertexts);
    const profile = profileOf((await this.#committee.getKey(claim.keyId)).profile);
    const bound = freshBound(profile, { least: 0, most: profile.maxValue });
    const { bytes, hash } = await engine.evaluate({
      program: { name: 'sum.v1' },
      inputs: ciphertexts.map((ciphertext) => ({ bytes: ciphertext, bound })),
    });
    const request = { claimId, resultHash: hash };
    const receipt = await this.#submitTo(claim.keyId, 'sumClaim', request, {
      ...options,
      transient: numbered(TRANSIENT.ciphertext, ciphertexts),
    });
    return { ...receipt, sum: bytes };
  }

  /**
   * Asks for a sum to be opened to its recipients. A denial is recorded, and isn't an error. Asked for
   * again, a sum has the same opening.
   *
   * @example
   * const recipients = ['InsurerMSP', 'RegulatorMSP'];
   * const { value } = await client.claims.requestOpening({ claimId: 'c1', recipients });
   * console.log(value.permitted, value.reason, value.openingId);
   */
  requestOpening(request: RequestOpeningRequest): Promise<Receipt<Opening>> {
    return askAgain(() => this.#contract.submit('requestOpening', request));
  }

  /**
   * Has the insurer and its auditor open the sum, apply the policy's rules and endorse what they found.
   * Only their peers see the totals.
   *
   * @param opened - the sum, what `openResult` found, and a random salt of 64 hex digits
   * @example
   * await using engine = createEngine();
   * const { result: sum, ...opened } = await openResult(openingId, {
   *   computation: client.computation('claims'),
   *   engine,
   *   store: contentStores(storeUrls, client),
   *   members: currentMembers(client),
   *   channel: client.channel,
   *   chaincode: 'claims',
   *   mspId: client.mspId,
   * });
   * const salt = randomBytes(32).toString('hex');
   * await client.claims.adjudicate({ claimId: 'c1', openingId }, { ...opened, sum, salt });
   */
  async adjudicate(
    { claimId, openingId }: { readonly claimId: string; readonly openingId: string },
    { sum, salt, ...opened }: ClaimOpening,
    options: FacadeOptions = {},
  ): Promise<Receipt<Claim>> {
    return this.#contract.submit(
      'adjudicate',
      { claimId, openingId },
      {
        endorsingOrganizations: await this.#entitledTo(claimId),
        ...options,
        transient: openingTransient({ ...opened, result: sum }, salt),
      },
    );
  }

  /**
   * Records the payment of an adjudicated claim, once. By the insurer, role adjuster.
   *
   * @example
   * await client.claims.settle({ claimId: 'c1', paymentReferenceHash });
   */
  async settle(request: SettleRequest, options: FacadeOptions = {}): Promise<Receipt<Claim>> {
    return this.#contract.submit('settle', request, {
      endorsingOrganizations: await this.#entitledTo(request.claimId),
      ...options,
    });
  }

  /**
   * A policy with its benefits.
   *
   * @example
   * const { benefits } = await client.claims.getPolicy('p1');
   */
  getPolicy(policyId: string): Promise<Policy> {
    return this.#contract.evaluate('getPolicy', { policyId });
  }

  /**
   * A claim: hashes of its lines, and how far it is. No amount is in it.
   *
   * @example
   * const { status } = await client.claims.getClaim('c1');
   */
  getClaim(claimId: string): Promise<Claim> {
    return this.#contract.evaluate('getClaim', { claimId });
  }

  /**
   * The amounts of an adjudication: answered by the insurer's and the auditor's peers only.
   *
   * @example
   * const { payableMinor, patientMinor } = await client.claims.getAdjudication('c1');
   */
  getAdjudication(claimId: string): Promise<Adjudication> {
    return this.#contract.evaluate('getAdjudication', { claimId });
  }

  async #submitTo<N extends keyof ClaimsTransactions>(
    keyId: string,
    name: N,
    request: ClaimsTransactions[N]['request'],
    options: Omit<SubmitOptions, 'args'>,
  ): Promise<Receipt<ClaimsTransactions[N]['response']>> {
    if (options.endorsingOrganizations) return this.#contract.submit(name, request, options);
    return this.#committee.withCommittee(keyId, (endorsingOrganizations) =>
      this.#contract.submit(name, request, { ...options, endorsingOrganizations }),
    );
  }

  async #entitledTo(claimId: string): Promise<readonly string[]> {
    const { policyId } = await this.getClaim(claimId);
    const { insurer, auditor } = await this.getPolicy(policyId);
    return [insurer, auditor];
  }
}

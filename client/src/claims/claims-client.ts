import { createEngine, freshBound, profileOf, type Engine } from '@salus/compute';
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
import type { OpenOptions } from '../computation/open-result.js';
import { contributorOf } from '../computation/proven-values.js';
import { storesOf, type RecordSettings } from '../records/record-settings.js';
import type { Session } from '../session/session.js';
import { contentStores } from '../stores/content-stores.js';
import type { StoreGroup } from '../stores/store-group.js';
import { numbered, openingTransient } from '../computation/transient.js';
import type { Contract, SubmitOptions } from '../transaction/contract.js';
import { TypedContract, type FacadeOptions, type Receipt } from '../transaction/typed-contract.js';
import { currentMembers } from '../trust/current-members.js';
import { askWallet, type WalletInvitation } from '../wallet/wallet-client.js';
import { checkCiphertexts } from './check-ciphertexts.js';
import { claimSecret, claimSecretOrFresh } from './claim-salts.js';
import { askForTotals, openTotals, type OpenedTotals, type Waiting } from './open-totals.js';
import {
  decideTotals,
  isDecided,
  payClaim,
  type ClaimOpening,
  type PaidClaim,
} from './settle-claim.js';
import {
  submitAmounts,
  type ClaimContent,
  type ClaimWithAmounts,
  type SubmittedClaim,
} from './submit-amounts.js';

/** A policy before its holder is known. */
export type PolicyTerms = Omit<CreatePolicyRequest, 'holder'>;

/** Where ciphertexts are kept. */
export interface ClaimsParts {
  readonly session: Pick<Session, 'channel' | 'mspId' | 'identity' | 'tlsRoots' | 'contract'>;
  readonly settings: RecordSettings;
  /** Name under which the contract is deployed. */
  readonly chaincode: string;
}

/** The committee's side of the chaincode, as far as claims ask it. */
type Committee = OpenOptions['computation'] & Pick<ComputationClient, 'withCommittee'>;

/**
 * The claims contract: policies, encrypted claims, their sum, opening, adjudication and settlement.
 * The committee's keys and its answers to openings are at {@link ComputationClient}.
 *
 * A hospital calls {@link ClaimsClient.submit}; an insurer {@link ClaimsClient.insure},
 * {@link ClaimsClient.decide} and {@link ClaimsClient.pay}. The methods below them are the contract's
 * transactions by their own names. Amounts are whole numbers of minor units, e.g. cents.
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

  // A hospital's acts

  /**
   * Encrypts the amounts of a claim, keeps the ciphertexts in the stores, submits the claim and has its
   * sum computed by every endorser. By a hospital, role billing. Encrypting loads `node-seal`.
   *
   * Salts derive from `claims.key` in `home`, or from `keeping.claimSecret`. Without either they are random,
   * and the hospital keeps what is returned: later nobody can compute it again.
   *
   * @throws SalusError `ERR_SETTINGS_MISSING` where `connect` was given no `records.stores`;
   *   `ERR_INVALID_ARGUMENT` for a benefit that the policy has not, `ERR_VALUE_OUT_OF_RANGE`: both before
   *   anything is encrypted; as {@link ClaimsClient.submitClaim} and {@link ClaimsClient.sumClaim}. Where the claim is on the ledger by
   *   then, {@link ClaimsClient.sum} completes it
   * @example
   * const { sum } = await client.claims.submit({
   *   claimId: 'c1', policyId: 'p1', keyId: 'claims-2026', serviceDate: '2026-03-01',
   *   lines: [{ category: 'medical', amount: 129_50, evidence: JSON.stringify(fhirClaim) }],
   * });
   */
  async submit(claim: ClaimWithAmounts): Promise<SubmittedClaim> {
    const { session, settings, chaincode } = this.#parts;
    const store = this.#stores();
    const sender = contributorOf(session.identity);
    const secret = await claimSecretOrFresh(settings);
    const { channel } = session;
    const parts = { claims: this, committee: this.#committee, store, channel, chaincode, sender };
    return submitAmounts({ ...parts, secret }, claim);
  }

  /**
   * Completes a claim that {@link ClaimsClient.submit} left without a sum, because something failed in
   * between: sums the ciphertexts that are in the stores. By the hospital that submitted it, role billing.
   * Of a claim that is summed it leaves the sum at the stores again.
   *
   * @throws SalusError `ERR_SETTINGS_MISSING`; `ERR_NOT_FOUND` where no store has a ciphertext;
   *   `ERR_NO_DECISION` where the store does not take the asker for the claim's provider; as
   *   {@link ClaimsClient.sumClaim}
   * @example
   * const { status } = await client.claims.sum('c1');
   */
  async sum(claimId: string): Promise<Claim> {
    const store = this.#stores();
    const claim = await this.getClaim(claimId);
    const ciphertexts: Uint8Array[] = [];
    for (const { ciphertextHash } of claim.lines) {
      ciphertexts.push(await store.get(ciphertextHash, { claim: claimId }));
    }
    const { profile } = await this.#committee.getKey(claim.keyId);
    await using engine = createEngine({ profile: profileOf(profile).name });
    const { bytes } = await this.#sumOf(claim, ciphertexts, engine);
    if (claim.resultHash === undefined) await this.sumClaim(claimId, ciphertexts, engine);
    await store.put(bytes);
    return await this.getClaim(claimId);
  }

  // An insurer's acts

  /**
   * Asks a patient's wallet for the pseudonym that insurers know, and puts a policy of this holder on the
   * ledger. By an insurer, role adjuster.
   *
   * @param invitation - what the patient handed over: `salus wallet invite NAME --kind insurer`
   * @throws SalusError `ERR_APPROVAL_NEEDED` where the patient refuses or does not answer;
   *   `ERR_TLS_UNTRUSTED`; as {@link ClaimsClient.createPolicy}
   * @example
   * await client.claims.insure(invitation, {
   *   policyId: 'p1', auditor: 'RegulatorMSP', currency: 'EUR',
   *   validFrom: '2026-01-01', validTo: '2026-12-31',
   *   categorySystem: 'http://terminology.hl7.org/CodeSystem/ex-benefitcategory',
   *   benefits: [
   *     { category: 'medical', slot: 0, deductibleMinor: 100_00, coinsuranceBasisPoints: 2_000, capMinor: 500_00 },
   *   ],
   * });
   */
  async insure(invitation: WalletInvitation, terms: PolicyTerms): Promise<Receipt<Policy>> {
    const { pseudonym: holder = '' } = await askWallet(invitation, { type: 'identify' });
    return this.createPolicy({ ...terms, holder });
  }

  /**
   * Asks for the opening of a claim's totals to the policy's insurer and its auditor, and waits for
   * nobody: the committee answers meanwhile. By the insurer, role adjuster. Asked for again, a claim has the
   * same opening.
   *
   * @throws SalusError `ERR_NO_DECISION` where the ledger denies it, as for a claim without a sum; `ERR_QUOTA_EXCEEDED`
   *   where the insurer has not adjudicated 128 others for whose opening it has asked
   * @example
   * const { openingId } = (await client.claims.ask('c1')).value;
   */
  ask(claimId: string): Promise<Receipt<Opening>> {
    return askForTotals({ claims: this }, claimId);
  }

  /**
   * Asks for the opening of a claim's totals, waits for the committee, and combines what its members sealed
   * to the own organisation. By the insurer, role adjuster; and by its auditor, role auditor, once the
   * insurer has asked. The totals stay in this process.
   *
   * @param waiting - `timeoutMs` says how long, in milliseconds; default 2 minutes
   * @throws SalusError `ERR_SETTINGS_MISSING` where `connect` was given no `records.stores`;
   *   `ERR_NO_DECISION` where the ledger denies the opening; `ERR_CONFLICT` where nobody has asked for it, or
   *   the claim is adjudicated;
   *   `ERR_OPENING_UNCONFIRMED`, `ERR_DEADLINE_EXCEEDED` where too few members answer in time: ask again;
   *   `ERR_NOISE_EXCEEDED` where there is nothing but noise, which ends the key
   * @example
   * const { claimedMinor, currency } = await client.claims.open('c1', { timeoutMs: 60_000 });
   */
  async open(claimId: string, waiting: Waiting = {}): Promise<OpenedTotals> {
    const { session, chaincode } = this.#parts;
    const parts = {
      claims: this,
      computation: this.#committee,
      store: this.#stores(),
      members: currentMembers(session),
      channel: session.channel,
      chaincode,
      mspId: session.mspId,
    };
    return openTotals(parts, claimId, waiting);
  }

  /**
   * Has insurer and auditor adjudicate a claim by its policy: opens its totals, where they are not handed
   * over, and shows them to the peers of these two only. By the insurer, role adjuster; and by its auditor,
   * role auditor: totals that were opened wait for no adjuster. Of a claim that is adjudicated it tells the outcome.
   * Totals that no claim under the policy can have ({@link OpenedTotals.plausible}) are adjudicated to nothing.
   *
   * @param claim - its ID, or what {@link ClaimsClient.open} opened of it
   * @returns what was claimed, what the insurer pays and what is left to the patient, each benefit with its
   *   reasons, in minor units
   * @throws SalusError as {@link ClaimsClient.open} and {@link ClaimsClient.adjudicate}
   * @example
   * const { payableMinor, patientMinor, benefits } = await client.claims.decide('c1');
   */
  async decide(claim: string | OpenedTotals, waiting: Waiting = {}): Promise<Adjudication> {
    const claimId = typeof claim === 'string' ? claim : claim.claimId;
    if (await isDecided(this, claimId)) return this.getAdjudication(claimId);
    const totals = typeof claim === 'string' ? await this.open(claimId, waiting) : claim;
    return decideTotals(this, totals);
  }

  /**
   * Records that the insurer has paid an adjudicated claim. The ledger gets a salted hash of the payment's
   * reference. One payment settles one claim, once: the salt derives from the reference, and from `claims.key`
   * in `home` or `keeping.claimSecret`. By the insurer, role adjuster.
   *
   * @param reference - of the payment, e.g. of a bank transfer
   * @returns the claim, and hash and salt by which the insurer shows the payment (`saltedHashOf`)
   * @throws SalusError `ERR_SETTINGS_MISSING` where `connect` was given no `records.home`; `ERR_CONFLICT` where
   *   the claim is not adjudicated, was adjudicated to nothing or is settled by another payment;
   *   `ERR_ALREADY_EXISTS` where the payment has settled another claim
   * @example
   * const { claim, payment } = await client.claims.pay('c1', 'SEPA 2026-03-17 0815');
   */
  async pay(claimId: string, reference: string): Promise<PaidClaim> {
    const secret = await claimSecret(this.#parts.settings);
    return payClaim(this, secret, { claimId, reference });
  }

  // The contract's transactions

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
    const { bytes, hash } = await this.#sumOf(claim, ciphertexts, engine);
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
   * @param opened - what {@link ClaimsClient.open} opened, and a random salt of 64 hex digits
   * @example
   * const { openingId, ...opened } = await client.claims.open('c1');
   * const salt = randomBytes(32).toString('hex');
   * await client.claims.adjudicate({ claimId: 'c1', openingId }, { ...opened, salt });
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

  #stores(): StoreGroup {
    const { session, settings } = this.#parts;
    return contentStores(storesOf(settings), session);
  }

  async #sumOf(
    { keyId, lines }: Pick<Claim, 'keyId' | 'lines'>,
    ciphertexts: readonly Uint8Array[],
    engine: Pick<Engine, 'evaluate'>,
  ) {
    checkCiphertexts(lines, ciphertexts);
    const profile = profileOf((await this.#committee.getKey(keyId)).profile);
    const bound = freshBound(profile, { least: 0, most: profile.maxValue });
    return engine.evaluate({
      program: { name: 'sum.v1' },
      inputs: ciphertexts.map((ciphertext) => ({ bytes: ciphertext, bound })),
    });
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

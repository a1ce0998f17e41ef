import {
  hashOfOpened,
  openedValues,
  TRANSIENT,
  type CeremonyStep,
  type CollectiveKey,
  type ComplainRequest,
  type ComputationTransactions,
  type ConfirmSharesRequest,
  type DealReshareRequest,
  type EvaluateRequest,
  type Evaluation,
  type Lineage,
  type Opening,
  type ProposeKeyRequest,
  type ProposeReshareRequest,
  type ProveSharesRequest,
  type RegisterCiphertextRequest,
  type RegisteredCiphertext,
  type RequestOpeningRequest,
  type RetireKeyRequest,
  type ShownLetter,
  type SubmitPartialsRequest,
  type WithdrawCiphertextRequest,
} from '@salus/protocol/computation';
import { unwrap } from '../errors/unwrap.js';
import type { Contract, SubmitOptions } from '../transaction/contract.js';
import { NamespacedContract } from '../transaction/namespaced-contract.js';
import { TypedContract, type FacadeOptions, type Receipt } from '../transaction/typed-contract.js';
import { askAgain } from './ask-again.js';
import { withEndorsers } from './endorsers.js';
import { requireCommittee } from './require-committee.js';
import {
  byShare,
  numbered,
  openingTransient,
  type NoiseContent,
  type OpeningContent,
  type ShareBytes,
} from './transient.js';

/** What endorsers open the trial of a ceremony with: of a new key its contributions, of a resharing the public key. */
export interface TrialContent {
  readonly contributions?: readonly ShareBytes[];
  readonly publicKey?: Uint8Array;
  readonly partials: readonly ShareBytes[];
}

/** What shows endorsers that a dealer sealed a wrong package. */
export interface PackageEvidence {
  /** The share's contribution, as its dealer revealed it. */
  readonly contributions: readonly ShareBytes[];
  /** The dealer's letter as it came. */
  readonly letter: ShownLetter;
  /** The private key that the letter was sealed to: of this ceremony alone, as it is known from then on. */
  readonly receivingKey: string;
}

/** Where the façade's caller stands. */
export interface ComputationSetting {
  /** MSP ID of the own organisation. */
  readonly mspId: string;
  /** All organisations of the channel that can endorse. */
  readonly organizations: readonly string[];
  /** So many endorsements the chaincode's policy asks for; 3 as deployed. */
  readonly endorsements?: number;
}

/**
 * Computing on ciphertexts under the key of a committee: the contract `computation` that a chaincode
 * carries beside its own. Made by `SalusClient.computation`.
 *
 * Every method throws the `SalusError`s of {@link Contract.submit}. The contract adds `ERR_FORBIDDEN`,
 * `ERR_NOT_FOUND`, `ERR_ALREADY_EXISTS`, `ERR_CONFLICT` (a step out of order), `ERR_HASH_MISMATCH`,
 * `ERR_INVALID_ARGUMENT`, and the computing library's codes.
 *
 * Contributions, ciphertexts and partial openings go to endorsers as transient data. Unless the caller
 * names the organisations, they are members of the key's committee, as many as the policy asks for. While
 * one is away, another takes its place.
 */
export class ComputationClient {
  readonly #contract: TypedContract<ComputationTransactions>;
  readonly #setting: ComputationSetting;

  constructor(contract: Contract, setting: ComputationSetting) {
    this.#contract = new TypedContract(new NamespacedContract(contract, 'computation'));
    this.#setting = setting;
  }

  // Keys

  /**
   * Begins the ceremony that makes a collective key. By a future member, role committee.
   *
   * @example
   * await client.computation('claims').proposeKey({
   *   keyId: 'claims-2026', profile: 'bfv-8192-proven-v1', purpose: 'claims',
   *   members: ['CityHospitalMSP', 'ValleyHospitalMSP', 'InsurerMSP', 'PharmaMSP', 'RegulatorMSP'],
   *   threshold: 3,
   *   aSeed: randomBytes(32).toString('hex'), slotBudget: 2 ** 20,
   *   validFrom: '2026-01-01T00:00:00Z', validTo: '2026-01-31T00:00:00Z',
   * });
   *
   * @throws SalusError `ERR_COMMITTEE_INVALID` for fewer than 2t − 1 members, before anything is sent
   */
  async proposeKey(request: ProposeKeyRequest): Promise<Receipt<CeremonyStep>> {
    requireCommittee(request);
    return this.#contract.submit('proposeKey', request);
  }

  /** Commits to this member's contributions, before any contribution is known. */
  commitContribution(keyId: string, commitment: string): Promise<Receipt<CeremonyStep>> {
    return this.#contract.submit('commitContribution', { keyId, commitment });
  }

  /** Reveals this member's contributions, once all have committed. */
  revealContribution(
    keyId: string,
    contributions: readonly ShareBytes[],
    options: FacadeOptions = {},
  ): Promise<Receipt<CeremonyStep>> {
    const transient = byShare(TRANSIENT.contribution, contributions);
    return this.#submitTo(keyId, 'revealContribution', { keyId }, { ...options, transient });
  }

  /** Posts the fingerprints of the shares that this member holds, and in a resharing the hashes of their contributions. */
  confirmShares(request: ConfirmSharesRequest): Promise<Receipt<CeremonyStep>> {
    return this.#contract.submit('confirmShares', request);
  }

  /** Posts the hashes of this member's partial openings of the trial. */
  proveShares(request: ProveSharesRequest): Promise<Receipt<CeremonyStep>> {
    return this.#contract.submit('proveShares', request);
  }

  /**
   * Ends a ceremony in which a member got something wrong. The ledger finds out who is complained of, and refuses
   * what it sees to be false.
   *
   * @param content - with TRIAL_FAILED, what the endorsers open the trial with; with SHARE_INVALID in the ceremony of a new
   *   key, what shows it
   * @throws SalusError `ERR_CONFLICT` where the package is right or the trial opens; `ERR_LETTER_INVALID` where another
   *   letter or key is shown
   */
  complain(
    request: ComplainRequest,
    content?: TrialContent | PackageEvidence,
    options: FacadeOptions = {},
  ): Promise<Receipt<CeremonyStep>> {
    if (content === undefined) return this.#contract.submit('complain', request, options);
    const transient = transientOf(content);
    return this.#submitTo(request.keyId, 'complain', request, { ...options, transient });
  }

  /** Has every endorser add the contributions up and open the trial: the key is then active. */
  finaliseKey(
    keyId: string,
    content: {
      readonly contributions: readonly ShareBytes[];
      readonly partials: readonly ShareBytes[];
    },
    options: FacadeOptions = {},
  ): Promise<Receipt<CollectiveKey>> {
    const transient = transientOf(content);
    return this.#submitTo(keyId, 'finaliseKey', { keyId }, { ...options, transient });
  }

  /**
   * Asks for new shares of a key, by a present member. They are begun once as many members have asked for it as an
   * opening takes. For the same committee one member is enough where no resharing is running,
   * and a day has gone by since one member alone began one.
   *
   * @throws SalusError `ERR_COMMITTEE_INVALID` for fewer than 2t − 1 members, before anything is sent
   */
  async proposeReshare(request: ProposeReshareRequest): Promise<Receipt<CeremonyStep>> {
    requireCommittee(request);
    return this.#contract.submit('proposeReshare', request);
  }

  /** Posts what this member deals of a resharing: its consent to it. */
  dealReshare(request: DealReshareRequest): Promise<Receipt<CeremonyStep>> {
    return this.#contract.submit('dealReshare', request);
  }

  /** From here on the new shares count, and the old ones open nothing. */
  finaliseReshare(
    request: { readonly keyId: string; readonly epoch: number },
    content: { readonly publicKey: Uint8Array; readonly partials: readonly ShareBytes[] },
    options: FacadeOptions = {},
  ): Promise<Receipt<CollectiveKey>> {
    const transient = transientOf(content);
    return this.#submitTo(request.keyId, 'finaliseReshare', request, { ...options, transient });
  }

  /** Asks for a key's end; over once a threshold of members has asked. */
  retireKey(request: RetireKeyRequest): Promise<Receipt<CollectiveKey>> {
    return this.#contract.submit('retireKey', request);
  }

  // Ciphertexts and evaluations

  /**
   * Registers a ciphertext with the proof that it is well formed and the caller's own, which every endorser
   * checks.
   *
   * @throws SalusError `ERR_PROOF_INVALID`; `ERR_EPOCH_OUTDATED` where the committee has changed since
   * @example
   * const about = {
   *   keyId, purpose: 'figures', measure: 'encounter-cost', period: '2026-Q1',
   *   range: { least: 0, most: 1e9 }, slots: 1, epoch,
   * };
   * const use = { ...about, channel, chaincode, publicKeyHash, sender: contributorOf(identity) };
   * const made = await proveValues(engine, { publicKey, use, vectors: [[cost]], bound: about.range });
   * const [ciphertext, proof] = [made.ciphertexts[0], made.proofs[0]];
   * await computation.registerCiphertext(
   *   { ...about, ciphertextHash: ciphertext.hash, proofHash: proof.hash },
   *   { ciphertext: ciphertext.bytes, proof: proof.bytes, publicKey },
   * );
   */
  registerCiphertext(
    request: RegisterCiphertextRequest,
    content: {
      readonly ciphertext: Uint8Array;
      readonly proof: Uint8Array;
      readonly publicKey: Uint8Array;
    },
    options: FacadeOptions = {},
  ): Promise<Receipt<RegisteredCiphertext>> {
    const transient = {
      [TRANSIENT.ciphertext]: content.ciphertext,
      [TRANSIENT.proof]: content.proof,
      [TRANSIENT.publicKey]: content.publicKey,
    };
    return this.#submitTo(request.keyId, 'registerCiphertext', request, { ...options, transient });
  }

  /** Takes a ciphertext out of everything that is not opened yet. By its contributor's organisation. */
  withdrawCiphertext(request: WithdrawCiphertextRequest): Promise<Receipt<RegisteredCiphertext>> {
    return this.#contract.submit('withdrawCiphertext', request);
  }

  /**
   * Has every endorser evaluate the program, and records the result that all of them found. The inputs
   * travel only where an endorser has not met them lately.
   *
   * @param inputs - the inputs' bytes, in their order
   * @throws SalusError `ERR_RESULT_MISMATCH`, `ERR_OVERFLOW`, `ERR_NOISE_EXHAUSTED`
   */
  async evaluate(
    request: EvaluateRequest,
    { keyId, inputs }: { readonly keyId: string; readonly inputs: readonly Uint8Array[] },
    options: FacadeOptions = {},
  ): Promise<Receipt<Evaluation>> {
    try {
      return await this.#submitTo(keyId, 'evaluate', request, options);
    } catch (error) {
      if (unwrap(error).code !== 'ERR_CIPHERTEXT_MISSING') throw error;
    }
    const transient = numbered(TRANSIENT.ciphertext, inputs);
    return this.#submitTo(keyId, 'evaluate', request, { ...options, transient });
  }

  // Openings

  /**
   * Asks for a result to be opened to its recipients. A denial is recorded, and isn't an error. Asked for
   * again, a result has the same opening.
   */
  requestOpening(request: RequestOpeningRequest): Promise<Receipt<Opening>> {
    return askAgain(() => this.#contract.submit('requestOpening', request));
  }

  /** Posts the hashes of this member's partial openings, before any of them leaves it. */
  submitPartials(request: SubmitPartialsRequest): Promise<Receipt<Opening>> {
    return this.#contract.submit('submitPartials', request);
  }

  /**
   * Has those who record recombine the partial openings, and puts a salted hash of what was opened on
   * the ledger. By a recipient; `openResult` gives the content.
   *
   * @param content.salt - 64 random hex digits; whoever has it and the values can show them later
   */
  async recordOpening(
    openingId: string,
    content: OpeningContent & { readonly slots: readonly number[]; readonly salt: string },
    options: FacadeOptions = {},
  ): Promise<Receipt<Opening>> {
    const { slots, salt } = content;
    const openedHash = hashOfOpened(openedValues(openingId, slots, salt));
    const { recorders } = await this.getOpening(openingId);
    return this.#contract.submit(
      'recordOpening',
      { openingId, openedHash },
      {
        endorsingOrganizations: recorders,
        ...options,
        transient: openingTransient(content, salt),
      },
    );
  }

  /**
   * Has those who record find that an opening has more noise than any honest one, and ends its key. Nothing is opened
   * under the key any more, and its members destroy their shares. By a recorder. `openResult` does it by itself.
   *
   * @param content - the ciphertext that was opened, and the partial openings that holders confirmed
   * @throws SalusError `ERR_CONFLICT` where the noise is within the bound; `ERR_OPENING_UNCONFIRMED`
   * @example
   * const { value: key } = await computation.reportNoise(openingId, { result, partials });
   * console.log(key.status, key.endedBy?.reason); // RETIRED NOISE_EXCEEDED
   */
  async reportNoise(
    openingId: string,
    { result, partials }: NoiseContent,
    options: FacadeOptions = {},
  ): Promise<Receipt<CollectiveKey>> {
    const { recorders } = await this.getOpening(openingId);
    const transient = { [TRANSIENT.result]: result, ...byShare(TRANSIENT.partial, partials) };
    const endorsing = { endorsingOrganizations: recorders, ...options, transient };
    await askAgain(
      () => this.#contract.submit('reportNoise', { openingId }, endorsing),
      'ERR_MVCC_CONFLICT',
    );
    return this.endKey(openingId);
  }

  /** Ends the key of an opening whose noise is on record. By staff of any organisation. */
  endKey(openingId: string): Promise<Receipt<CollectiveKey>> {
    return askAgain(() => this.#contract.submit('endKey', { openingId }), 'ERR_MVCC_CONFLICT');
  }

  // Queries

  getKey(keyId: string): Promise<CollectiveKey> {
    return this.#contract.evaluate('getKey', { keyId });
  }

  getCiphertext(ciphertextHash: string): Promise<RegisteredCiphertext> {
    return this.#contract.evaluate('getCiphertext', { ciphertextHash });
  }

  getEvaluation(evaluationId: string): Promise<Evaluation> {
    return this.#contract.evaluate('getEvaluation', { evaluationId });
  }

  /** A result with everything that it was computed from, each once, down to who contributed what. */
  getLineage(evaluationId: string): Promise<Lineage> {
    return this.#contract.evaluate('getLineage', { evaluationId });
  }

  getOpening(openingId: string): Promise<Opening> {
    return this.#contract.evaluate('getOpening', { openingId });
  }

  /**
   * Submits with members of the key's committee as endorsers, as many as the policy asks for; others
   * take the place of those that are away.
   */
  async withCommittee<T>(
    keyId: string,
    submit: (endorsingOrganizations: readonly string[]) => Promise<T>,
  ): Promise<T> {
    const { mspId, organizations, endorsements = 3 } = this.#setting;
    const { committee, ceremony } = await this.getKey(keyId);
    const members = [...committee.members, ...ceremony.committee.members];
    const own = members.includes(mspId) ? [mspId] : [];
    const count = Math.max(endorsements, committee.threshold);
    const wish = { preferred: [...own, ...members], others: [mspId, ...organizations], count };
    return withEndorsers(wish, submit);
  }

  async #submitTo<N extends keyof ComputationTransactions>(
    keyId: string,
    name: N,
    request: ComputationTransactions[N]['request'],
    options: Omit<SubmitOptions, 'args'>,
  ): Promise<Receipt<ComputationTransactions[N]['response']>> {
    if (options.endorsingOrganizations) return this.#contract.submit(name, request, options);
    return this.withCommittee(keyId, (endorsingOrganizations) =>
      this.#contract.submit(name, request, { ...options, endorsingOrganizations }),
    );
  }
}

function transientOf(content: TrialContent | PackageEvidence) {
  const { contributions = [] } = content;
  const revealed = byShare(TRANSIENT.contribution, contributions);
  if ('letter' in content) {
    return {
      ...revealed,
      [TRANSIENT.letter]: JSON.stringify(content.letter),
      [TRANSIENT.receivingKey]: content.receivingKey,
    };
  }
  const { publicKey, partials } = content;
  return {
    ...revealed,
    ...(publicKey !== undefined && { [TRANSIENT.publicKey]: publicKey }),
    ...byShare(TRANSIENT.partial, partials),
  };
}

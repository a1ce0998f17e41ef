import { TRANSIENT, type Opening } from '@salus/protocol/computation';
import { SalusError } from '@salus/protocol/errors';
import type {
  DropOutRequest,
  Institution,
  JoinStudyRequest,
  Participant,
  RegisterInstitutionRequest,
  StatisticsTransactions,
  Study,
  StudyResult,
  OpenStudyRequest,
} from '@salus/protocol/statistics';
import { askAgain } from '../computation/ask-again.js';
import type { ComputationClient } from '../computation/computation-client.js';
import type { OpenedResult } from '../computation/open-result.js';
import { numbered, openingTransient, type OpeningContent } from '../computation/transient.js';
import type { Contract, SubmitOptions } from '../transaction/contract.js';
import type { EncryptedFigure } from './encrypted-figure.js';
import { TypedContract, type FacadeOptions, type Receipt } from '../transaction/typed-contract.js';

/** The committee's side of the chaincode, as far as studies ask it. */
type Committee = Pick<ComputationClient, 'withCommittee'>;

/**
 * The statistics contract: institutions, studies, contributions, the common result. {@link StudyDesk}
 * encrypts the own figure, keeps it, and computes the own position.
 *
 * Every method throws the {@link SalusError}s of {@link Contract.submit}. The contract adds
 * `ERR_FORBIDDEN`, `ERR_NOT_FOUND`, `ERR_ALREADY_EXISTS`, `ERR_CONFLICT` (a step out of order),
 * `ERR_HASH_MISMATCH`, `ERR_INVALID_ARGUMENT`, `ERR_COHORT_TOO_SMALL`.
 */
export class StatisticsClient {
  readonly #contract: TypedContract<StatisticsTransactions>;
  readonly #committee: Committee;

  constructor(contract: Contract, committee: Committee) {
    this.#contract = new TypedContract(contract);
    this.#committee = committee;
  }

  /**
   * Tells of an institution of the own organisation. By an officer, role committee.
   *
   * @example
   * await client.statistics.registerInstitution({ institution: 'city-central', name: 'City Central' });
   */
  registerInstitution(request: RegisterInstitutionRequest): Promise<Receipt<Institution>> {
    return this.#contract.submit('registerInstitution', request);
  }

  /**
   * Vouches for an institution of another organisation. By an officer, role committee.
   *
   * @example
   * await client.statistics.approveInstitution('CityHospitalMSP', 'city-central');
   */
  approveInstitution(mspId: string, institution: string): Promise<Receipt<Institution>> {
    return this.#contract.submit('approveInstitution', { mspId, institution });
  }

  /**
   * Opens a study. By an institution's analyst. The contract adds the key's committee to the terms.
   *
   * @example
   * await client.statistics.openStudy({
   *   studyId: 'cost-2026-q1', keyId: 'statistics-2026', measure: 'encounter-cost', period: '2026-Q1',
   *   unit: { code: 'USD', decimals: 2 }, range: { least: 0, most: 100_000_00 },
   *   kind: { name: 'mean-variance' }, minimumCohort: 6, deadline: '2026-05-01T00:00:00Z',
   *   publishers: ['InsurerMSP', 'RegulatorMSP'],
   * });
   */
  openStudy(terms: OpenStudyRequest): Promise<Receipt<Study>> {
    return this.#contract.submit('openStudy', terms);
  }

  /**
   * Agrees to a study's terms, by their hash, and commits to the ciphertext to contribute. Nobody is
   * shown it yet. {@link StudyDesk.join} does this with a figure.
   *
   * @example
   * const { ciphertexts } = await proveValues(engine, { publicKey, use, vectors: [values] });
   * const ciphertextHash = ciphertexts[0]?.hash ?? '';
   * const { epoch } = use;
   * await client.statistics.joinStudy({ studyId: 'cost-2026-q1', termsHash, ciphertextHash, epoch });
   */
  joinStudy(request: JoinStudyRequest): Promise<Receipt<Participant>> {
    return this.#contract.submit('joinStudy', request);
  }

  /**
   * Has nobody join any more, and contributions begin. By the analyst who opened the study, once a cohort has
   * joined.
   *
   * @example
   * await client.statistics.endJoining('cost-2026-q1');
   */
  endJoining(studyId: string): Promise<Receipt<Study>> {
    return this.#contract.submit('endJoining', { studyId });
  }

  /**
   * Contributes the encrypted figure that was committed to; the transaction's signature is the
   * contributor's. Nothing is sent to endorsers unless the ledger says that joining has ended.
   *
   * @throws SalusError `ERR_CONFLICT` as long as somebody may join; `ERR_PROOF_INVALID`
   * @example
   * await client.statistics.contribute('cost-2026-q1', { ...figure, publicKey });
   */
  async contribute(
    studyId: string,
    { bytes, hash, proof, publicKey }: EncryptedFigure & { readonly publicKey: Uint8Array },
    options: FacadeOptions = {},
  ): Promise<Receipt<Participant>> {
    const { terms, status } = await this.getStudy(studyId);
    requireJoiningEnded(status);
    const request = { studyId, ciphertextHash: hash, proofHash: proof.hash };
    const transient = {
      [TRANSIENT.ciphertext]: bytes,
      [TRANSIENT.proof]: proof.bytes,
      [TRANSIENT.publicKey]: publicKey,
    };
    return this.#submitTo(terms.keyId, 'contribute', request, { ...options, transient });
  }

  /**
   * Takes the institution's figure out, as long as the cohort is not frozen. From an implausible study an
   * institution drops out where its own figure was wrong: the others may then repeat the study without it.
   *
   * @example
   * await client.statistics.dropOut({ studyId: 'cost-2026-q1', reason: 'CONSENT_WITHDRAWN' });
   */
  dropOut(request: DropOutRequest): Promise<Receipt<Participant>> {
    return this.#contract.submit('dropOut', request);
  }

  /**
   * Ends contributions, and has every endorser evaluate over the cohort.
   *
   * @param ciphertexts - the cohort's, in the order in which {@link StatisticsClient.getStudy} lists
   *   participants
   * @throws SalusError `ERR_RESULT_MISMATCH`, `ERR_COHORT_TOO_SMALL`
   * @example
   * const study = await client.statistics.getStudy('cost-2026-q1');
   * await client.statistics.closeStudy(study, { resultHash, ciphertexts });
   */
  closeStudy(
    { terms }: Pick<Study, 'terms'>,
    content: { readonly resultHash: string; readonly ciphertexts: readonly Uint8Array[] },
    options: FacadeOptions = {},
  ): Promise<Receipt<Study>> {
    const { studyId, keyId } = terms;
    const transient = numbered(TRANSIENT.ciphertext, content.ciphertexts);
    const request = { studyId, resultHash: content.resultHash };
    return this.#submitTo(keyId, 'closeStudy', request, { ...options, transient });
  }

  /**
   * Asks for the sums to be opened to the publishers, which freezes the cohort. A denial is recorded, and isn't
   * an error.
   *
   * @example
   * const { value } = await client.statistics.requestOpening('cost-2026-q1');
   * console.log(value.permitted, value.reason);
   */
  requestOpening(studyId: string): Promise<Receipt<Opening>> {
    return askAgain(() => this.#contract.submit('requestOpening', { studyId }));
  }

  /**
   * Has the publishers recombine, and publish the rounded figures if they are plausible. By an officer of a
   * publisher.
   *
   * @param opened - as `openResult` found it
   * @param salt - 64 random hex digits
   * @example
   * await using engine = createEngine();
   * const opened = await openResult(openingId, {
   *   computation: client.computation('statistics'),
   *   engine,
   *   store: contentStores(storeUrls, client),
   *   members: currentMembers(client),
   *   channel: client.channel,
   *   chaincode: 'statistics',
   *   mspId: client.mspId,
   * });
   * await client.statistics.recordResult('cost-2026-q1', opened, randomBytes(32).toString('hex'));
   */
  recordResult(
    studyId: string,
    { opening, ...content }: OpeningContent & Pick<OpenedResult, 'opening'>,
    salt: string,
    options: FacadeOptions = {},
  ): Promise<Receipt<Study>> {
    return this.#contract.submit(
      'recordResult',
      { studyId, openingId: opening.openingId },
      {
        endorsingOrganizations: opening.recorders,
        ...options,
        transient: openingTransient(content, salt),
      },
    );
  }

  /**
   * An institution, and who vouches for it.
   *
   * @example
   * const { status } = await client.statistics.getInstitution('CityHospitalMSP', 'city-central');
   */
  getInstitution(mspId: string, institution: string): Promise<Institution> {
    return this.#contract.evaluate('getInstitution', { mspId, institution });
  }

  /**
   * A study: its terms with their hash, who takes part, and how far it is.
   *
   * @example
   * const { terms, participants } = await client.statistics.getStudy('cost-2026-q1');
   */
  getStudy(studyId: string): Promise<Study> {
    return this.#contract.evaluate('getStudy', { studyId });
  }

  /**
   * Mean and standard deviation, rounded as the terms say.
   *
   * @example
   * const { mean, standardDeviation } = await client.statistics.getResult('cost-2026-q1');
   */
  getResult(studyId: string): Promise<StudyResult> {
    return this.#contract.evaluate('getResult', { studyId });
  }

  async #submitTo<N extends 'contribute' | 'closeStudy'>(
    keyId: string,
    name: N,
    request: StatisticsTransactions[N]['request'],
    options: Omit<SubmitOptions, 'args'>,
  ): Promise<Receipt<StatisticsTransactions[N]['response']>> {
    if (options.endorsingOrganizations) return this.#contract.submit(name, request, options);
    return this.#committee.withCommittee(keyId, (endorsingOrganizations) =>
      this.#contract.submit(name, request, { ...options, endorsingOrganizations }),
    );
  }
}

/**
 * Who sees a contribution while others may join could join with one that is made of it.
 * @throws SalusError `ERR_CONFLICT`
 */
export function requireJoiningEnded(status: Study['status']): void {
  if (status !== 'JOINING') return;
  throw new SalusError('ERR_CONFLICT', 'Institutions may still join the study', {
    argument: 'studyId',
    expected: 'CONTRIBUTING',
    got: status,
  });
}

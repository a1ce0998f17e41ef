import { Context, Info, Returns, Transaction } from 'fabric-contract-api';
import { SalusContract } from '@salus/chaincode-common';
import { canonicalJson, SalusError, parseRequest } from '@salus/protocol';
import type { ComputationPurpose, OpeningRule } from '@salus/protocol/computation';
import * as api from '@salus/protocol/computation';
import { requireOwnName } from './rules/evaluation.js';
import type { KeyTerms } from './rules/key.js';
import * as ciphertexts from './transactions/ciphertexts.js';
import * as evaluations from './transactions/evaluations.js';
import * as ceremony from './transactions/key-ceremony.js';
import * as keys from './transactions/keys.js';
import * as noise from './transactions/noise.js';
import * as openings from './transactions/openings.js';
import * as recording from './transactions/recording.js';
import * as resharing from './transactions/resharing.js';

/** What a chaincode that carries the module allows. */
export interface ComputationTerms extends Pick<KeyTerms, 'endorsements'> {
  /**
   * Purposes that its keys may have. Those with one rule for every opening are served by this contract
   * itself, the others by the contract beside it.
   */
  readonly purposes: readonly ComputationPurpose<never>[];
}

/**
 * Computing on ciphertexts under the collective key of a committee. It covers key ceremony and resharing,
 * ciphertexts, evaluations that every endorser repeats, and openings that the ledger decides on. Requests
 * and answers are JSON of the types in `@salus/protocol/computation`. A chaincode exports a subclass that
 * says its terms; its transactions are called `computation:<name>`.
 */
@Info({ title: 'computation', description: 'Endorsed computation on encrypted values' })
export class ComputationContract extends SalusContract {
  readonly #purposes: ComputationTerms['purposes'];
  readonly #terms: KeyTerms;
  /** Rules of the purposes that this contract serves. */
  readonly #rules: readonly OpeningRule[];

  constructor({ purposes, endorsements }: ComputationTerms) {
    super('computation');
    this.#purposes = purposes;
    this.#terms = { purposes: purposes.map(({ purpose }) => purpose), endorsements };
    this.#rules = purposes.flatMap(({ openingRule }) =>
      typeof openingRule === 'function' ? [] : [openingRule],
    );
  }

  @Transaction()
  @Returns('string')
  async proposeKey(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(api.proposeKeyRequest, request);
    return canonicalJson(await ceremony.proposeKey(ctx, parsed, this.#terms));
  }

  @Transaction()
  @Returns('string')
  async commitContribution(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(api.commitContributionRequest, request);
    return canonicalJson(await ceremony.commitContribution(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  async revealContribution(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(api.revealContributionRequest, request);
    return canonicalJson(await ceremony.revealContribution(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  async confirmShares(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(api.confirmSharesRequest, request);
    return canonicalJson(await ceremony.confirmShares(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  async proveShares(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(api.proveSharesRequest, request);
    return canonicalJson(await ceremony.proveShares(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  async complain(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(api.complainRequest, request);
    return canonicalJson(await ceremony.complain(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  async finaliseKey(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(api.finaliseKeyRequest, request);
    return canonicalJson(await ceremony.finaliseKey(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  async proposeReshare(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(api.proposeReshareRequest, request);
    return canonicalJson(await resharing.proposeReshare(ctx, parsed, this.#terms));
  }

  @Transaction()
  @Returns('string')
  async dealReshare(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(api.dealReshareRequest, request);
    return canonicalJson(await resharing.dealReshare(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  async finaliseReshare(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(api.finaliseReshareRequest, request);
    return canonicalJson(await resharing.finaliseReshare(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  async retireKey(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(api.retireKeyRequest, request);
    return canonicalJson(await keys.retireKey(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  async registerCiphertext(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(api.registerCiphertextRequest, request);
    this.#ruleOf(parsed.purpose);
    ciphertexts.requireStaff(ctx);
    return canonicalJson(await ciphertexts.registerCiphertext(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  async withdrawCiphertext(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(api.withdrawCiphertextRequest, request);
    const { purpose } = await ciphertexts.getCiphertext(ctx, parsed.ciphertextHash);
    this.#requireWithdrawnHere(purpose);
    return canonicalJson(await ciphertexts.withdrawCiphertext(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  async evaluate(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(api.evaluateRequest, request);
    ciphertexts.requireStaff(ctx);
    requireOwnName(
      parsed.evaluationId,
      this.#terms.purposes.filter(
        (purpose) => !this.#rules.some((rule) => rule.purpose === purpose),
      ),
    );
    return canonicalJson(await evaluations.evaluate(ctx, parsed, (name) => this.#ruleOf(name)));
  }

  @Transaction()
  @Returns('string')
  async requestOpening(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(api.requestOpeningRequest, request);
    const { keyId, purpose } = await evaluations.getEvaluation(ctx, parsed.evaluationId);
    const rule = this.#ruleOf(purpose);
    return canonicalJson(await openings.addOpening(ctx, { ...parsed, keyId }, rule));
  }

  @Transaction()
  @Returns('string')
  async submitPartials(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(api.submitPartialsRequest, request);
    return canonicalJson(await openings.submitPartials(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  async recordOpening(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(api.recordOpeningRequest, request);
    const { opening } = await openings.requirePermitted(ctx, parsed.openingId);
    this.#ruleOf(opening.purpose);
    ciphertexts.requireStaff(ctx);
    return canonicalJson(await recording.recordOpening(ctx, parsed));
  }

  /** Of every purpose: it uses no values. */
  @Transaction()
  @Returns('string')
  async reportNoise(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(api.reportNoiseRequest, request);
    ciphertexts.requireStaff(ctx);
    return canonicalJson(await noise.reportNoise(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  async endKey(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(api.endKeyRequest, request);
    ciphertexts.requireStaff(ctx);
    return canonicalJson(await noise.endKey(ctx, parsed));
  }

  @Transaction(false)
  @Returns('string')
  async getKey(ctx: Context, request: string): Promise<string> {
    return canonicalJson(await keys.getKey(ctx, parseRequest(api.getKeyRequest, request).keyId));
  }

  @Transaction(false)
  @Returns('string')
  async getCiphertext(ctx: Context, request: string): Promise<string> {
    const { ciphertextHash } = parseRequest(api.getCiphertextRequest, request);
    return canonicalJson(await ciphertexts.getCiphertext(ctx, ciphertextHash));
  }

  @Transaction(false)
  @Returns('string')
  async getEvaluation(ctx: Context, request: string): Promise<string> {
    const { evaluationId } = parseRequest(api.getEvaluationRequest, request);
    return canonicalJson(await evaluations.getEvaluation(ctx, evaluationId));
  }

  @Transaction(false)
  @Returns('string')
  async getLineage(ctx: Context, request: string): Promise<string> {
    const { evaluationId } = parseRequest(api.getEvaluationRequest, request);
    return canonicalJson(await evaluations.getLineage(ctx, evaluationId));
  }

  @Transaction(false)
  @Returns('string')
  async getOpening(ctx: Context, request: string): Promise<string> {
    const { openingId } = parseRequest(api.getOpeningRequest, request);
    return canonicalJson(await openings.getOpening(ctx, openingId));
  }

  /** @throws SalusError ERR_FORBIDDEN where the contract beside this one takes ciphertexts out */
  #requireWithdrawnHere(purpose: string): void {
    const entry = this.#purposes.find((one) => one.purpose === purpose);
    if (entry?.isWithdrawnBeside !== true) return;
    throw new SalusError(
      'ERR_FORBIDDEN',
      'another contract takes ciphertexts of this purpose out',
      {
        argument: 'ciphertextHash',
        expected: 'a purpose that is served here',
        got: purpose,
      },
    );
  }

  /** @throws SalusError ERR_FORBIDDEN where the contract beside this one serves the purpose */
  #ruleOf(purpose: string): OpeningRule {
    const rules = this.#rules;
    const rule = rules.find((one) => one.purpose === purpose);
    if (rule !== undefined) return rule;
    throw new SalusError('ERR_FORBIDDEN', 'this purpose is served by another contract', {
      argument: 'purpose',
      expected: rules.map((one) => one.purpose).join(', '),
      got: purpose,
    });
  }
}

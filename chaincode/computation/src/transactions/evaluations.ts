import type { Context } from 'fabric-contract-api';
import {
  caller,
  emit,
  getState,
  putState,
  requireAbsent,
  requireState,
  transactionTime,
} from '@salus/chaincode-common';
import { boundOf } from '@salus/compute';
import { SalusError } from '@salus/protocol';
import {
  TRANSIENT,
  type EvaluateRequest,
  type Evaluation,
  type EvaluationInput,
  type Lineage,
  type RegisteredCiphertext,
} from '@salus/protocol/computation';
import { compute, requireProfile, translating } from '../engine/engine.js';
import { combineInputs, requireEvaluator, type KnownInput } from '../rules/evaluation.js';
import { requireActive } from '../rules/key.js';
import { evaluationsBelow } from '../rules/lineage.js';
import { evaluationKey } from '../state/keys.js';
import { optionalTransients } from '../state/transient.js';
import { getCiphertext } from './ciphertexts.js';
import { readKey } from './steps.js';

/**
 * Records a result. Every endorser evaluates the program itself and endorses no other result.
 * @param checkPurpose refuses what is not to be evaluated here
 */
export async function evaluate(
  ctx: Context,
  request: EvaluateRequest,
  checkPurpose: (purpose: string) => void,
): Promise<Evaluation> {
  const evaluation = await addEvaluation(ctx, request, checkPurpose);
  const { evaluationId, keyId, resultHash } = evaluation;
  emit(ctx, 'EvaluationRecorded.v1', { evaluationId, keyId, resultHash });
  return evaluation;
}

/**
 * As {@link evaluate}, for a contract that evaluates with something of its own. Emits nothing. Purpose,
 * rights and the size of the lineage are checked before anything is computed.
 * @throws SalusError ERR_RESULT_MISMATCH, ERR_OVERFLOW, ERR_NOISE_EXHAUSTED, ERR_LINEAGE_TOO_LARGE,
 *   ERR_CONFLICT, …
 */
export async function addEvaluation(
  ctx: Context,
  request: EvaluateRequest,
  checkPurpose: (purpose: string) => void = () => undefined,
): Promise<Evaluation> {
  const { evaluationId, program, resultHash } = request;
  const { mspId } = caller(ctx);
  await requireAbsent(ctx, evaluationKey(evaluationId), 'evaluation');
  const inputs: KnownInput[] = [];
  for (const input of request.inputs) inputs.push(await readInput(ctx, input));
  const { keyId, purpose, leaves, programs, contributors } = combineInputs(program.name, inputs);
  checkPurpose(purpose);
  const key = await readKey(ctx, keyId);
  requireActive(key);
  requireEvaluator(mspId, [...contributors, ...key.committee.members]);
  await evaluationsBelow(request.inputs, (id) => getEvaluation(ctx, id));
  const bounds = inputs.map((input) => input.bound);
  const bound = translating(() => boundOf(requireProfile(key.profile), program, bounds));
  const hashes = inputs.map((input) => input.hash);
  const sent = optionalTransients(ctx, TRANSIENT.ciphertext, hashes);
  const computed = await compute(key.profile, (engine) =>
    engine.evaluate({
      program,
      inputs: inputs.map(({ hash, bound: of }, index) => {
        const bytes = sent[index];
        return { hash, bound: of, ...(bytes !== undefined && { bytes }) };
      }),
    }),
  );
  if (computed.hash !== resultHash) {
    throw new SalusError('ERR_RESULT_MISMATCH', "the result is not the program's", {
      argument: 'resultHash',
      expected: computed.hash,
      got: resultHash,
    });
  }
  const evaluation: Evaluation = {
    evaluationId,
    keyId,
    purpose,
    program,
    inputs: request.inputs,
    resultHash,
    bound,
    leaves,
    programs,
    evaluatedBy: mspId,
    evaluatedAt: transactionTime(ctx),
    transactionId: ctx.stub.getTxID(),
  };
  await putState(ctx, evaluationKey(evaluationId), evaluation);
  return evaluation;
}

export async function findEvaluation(
  ctx: Context,
  evaluationId: string,
): Promise<Evaluation | undefined> {
  return await getState<Evaluation>(ctx, evaluationKey(evaluationId));
}

export async function getEvaluation(ctx: Context, evaluationId: string): Promise<Evaluation> {
  return await requireState<Evaluation>(ctx, evaluationKey(evaluationId), 'evaluation');
}

/**
 * Walks a result back to the ciphertexts, and who contributed them.
 * @throws SalusError ERR_LINEAGE_TOO_LARGE for a result that release 0.1.0 recorded
 */
export async function getLineage(ctx: Context, evaluationId: string): Promise<Lineage> {
  const evaluation = await getEvaluation(ctx, evaluationId);
  const below = await evaluationsBelow(evaluation.inputs, (id) => getEvaluation(ctx, id));
  const ciphertexts: RegisteredCiphertext[] = [];
  for (const leaf of new Set(evaluation.leaves)) ciphertexts.push(await getCiphertext(ctx, leaf));
  const steps = below.map(({ leaves: _, ...step }) => step);
  return { evaluation, steps, ciphertexts };
}

async function readInput(ctx: Context, { kind, id }: EvaluationInput): Promise<KnownInput> {
  if (kind === 'ciphertext') {
    const ciphertext = await getCiphertext(ctx, id);
    const { keyId, purpose, bound, contributor, withdrawn } = ciphertext;
    return {
      hash: id,
      keyId,
      purpose,
      bound,
      leaves: [id],
      programs: [],
      contributors: [contributor.mspId],
      isWithdrawn: withdrawn !== undefined,
    };
  }
  const { resultHash, ...evaluation } = await getEvaluation(ctx, id);
  return {
    ...evaluation,
    hash: resultHash,
    contributors: [evaluation.evaluatedBy],
    isWithdrawn: false,
  };
}

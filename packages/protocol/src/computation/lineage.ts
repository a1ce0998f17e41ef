import type { EvaluationInput, Lineage, RegisteredCiphertext } from './api.js';

/** Ciphertexts that may go into one result, however deep, as often as they do: an opening reads them all. */
export const MAX_LEAVES = 512;
/** Evaluations that may lead to one result, itself included. */
export const MAX_EVALUATIONS = 32;

/**
 * The registered ciphertexts that a result was computed from, as often as they went in.
 *
 * @returns undefined for what no contract answers: an input that is not listed before its use, or more
 *   than {@link MAX_EVALUATIONS} and {@link MAX_LEAVES} allow
 */
export function leavesOf({
  evaluation,
  steps,
  ciphertexts,
}: Lineage): readonly RegisteredCiphertext[] | undefined {
  if (steps.length >= MAX_EVALUATIONS) return undefined;
  const known = new Map<string, readonly RegisteredCiphertext[]>();
  for (const one of ciphertexts) known.set(nameOf('ciphertext', one.ciphertextHash), [one]);
  for (const { evaluationId, inputs } of [...steps, evaluation]) {
    const leaves = gather(inputs, known);
    if (leaves === undefined) return undefined;
    known.set(nameOf('evaluation', evaluationId), leaves);
  }
  return known.get(nameOf('evaluation', evaluation.evaluationId));
}

function gather(
  inputs: readonly EvaluationInput[],
  known: ReadonlyMap<string, readonly RegisteredCiphertext[]>,
): RegisteredCiphertext[] | undefined {
  const gathered: RegisteredCiphertext[] = [];
  for (const { kind, id } of inputs) {
    const leaves = known.get(nameOf(kind, id));
    if (leaves === undefined || gathered.length + leaves.length > MAX_LEAVES) return undefined;
    gathered.push(...leaves);
  }
  return gathered;
}

function nameOf(kind: EvaluationInput['kind'], id: string): string {
  return `${kind} ${id}`;
}

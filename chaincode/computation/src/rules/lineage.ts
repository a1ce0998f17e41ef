import { SalusError } from '@salus/protocol';
import {
  MAX_EVALUATIONS,
  type Evaluation,
  type EvaluationInput,
} from '@salus/protocol/computation';

/**
 * The evaluations that inputs were computed from, however deep: each once, and after its own inputs.
 *
 * @param read - an evaluation by its ID
 * @throws SalusError ERR_LINEAGE_TOO_LARGE where a result of the inputs would have more than
 *   {@link MAX_EVALUATIONS}
 */
export async function evaluationsBelow(
  inputs: readonly EvaluationInput[],
  read: (evaluationId: string) => Promise<Evaluation>,
): Promise<Evaluation[]> {
  const met = new Set<string>();
  const found: Evaluation[] = [];
  const visit = async (some: readonly EvaluationInput[]): Promise<void> => {
    for (const { kind, id } of some) {
      if (kind !== 'evaluation' || met.has(id)) continue;
      met.add(id);
      requireRoom(met.size);
      const evaluation = await read(id);
      await visit(evaluation.inputs);
      found.push(evaluation);
    }
  };
  await visit(inputs);
  return found;
}

/** The result itself is one more. */
function requireRoom(below: number): void {
  if (below < MAX_EVALUATIONS) return;
  throw new SalusError('ERR_LINEAGE_TOO_LARGE', 'too many evaluations lead to the result', {
    argument: 'inputs',
    expected: `at most ${MAX_EVALUATIONS}, the result included`,
    got: `${below + 1} or more`,
  });
}

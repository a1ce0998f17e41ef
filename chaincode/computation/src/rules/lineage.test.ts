import {
  MAX_EVALUATIONS,
  type Evaluation,
  type EvaluationInput,
} from '@salus/protocol/computation';
import { evaluationsBelow } from './lineage.js';

const step = (id: string): EvaluationInput => ({ kind: 'evaluation', id });
const leaf = (id: string): EvaluationInput => ({ kind: 'ciphertext', id });

/** A ledger with evaluations by their inputs, that counts what is read. */
function ledger(all: Readonly<Record<string, readonly EvaluationInput[]>>) {
  const reads: string[] = [];
  const read = (evaluationId: string) => {
    reads.push(evaluationId);
    return Promise.resolve({ evaluationId, inputs: all[evaluationId] } as unknown as Evaluation);
  };
  const below = async (...inputs: EvaluationInput[]) =>
    (await evaluationsBelow(inputs, read)).map(({ evaluationId }) => evaluationId);
  return { reads, below };
}

describe('the evaluations below a result', () => {
  test('are listed once each, after their own inputs', async () => {
    const { below, reads } = ledger({
      a: [leaf('x')],
      b: [step('a'), leaf('y'), step('a')],
      c: [step('b'), step('a')],
    });
    expect(await below(step('c'), step('b'), leaf('c'))).toEqual(['a', 'b', 'c']);
    expect(reads.sort()).toEqual(['a', 'b', 'c']);
    expect(await below(leaf('x'))).toEqual([]);
  });

  test('are read once each, where every path would be exponentially many', async () => {
    const count = MAX_EVALUATIONS - 1;
    const doubling = Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `e${index}`,
        index === 0 ? [leaf('x')] : [step(`e${index - 1}`), step(`e${index - 1}`)],
      ]),
    );
    const { below, reads } = ledger(doubling);
    expect(await below(step(`e${count - 1}`))).toHaveLength(count);
    expect(reads).toHaveLength(count);
  });

  test('are at most so many, the result included, and no more are read', async () => {
    const chain = Object.fromEntries(
      Array.from({ length: 1000 }, (_, index) => [
        `e${index}`,
        index === 0 ? [leaf('x')] : [step(`e${index - 1}`)],
      ]),
    );
    const { below, reads } = ledger(chain);
    expect(await below(step(`e${MAX_EVALUATIONS - 2}`))).toHaveLength(MAX_EVALUATIONS - 1);
    reads.length = 0;
    await expect(below(step('e999'))).rejects.toThrow(
      expect.objectContaining({
        code: 'ERR_LINEAGE_TOO_LARGE',
        message: 'too many evaluations lead to the result',
        argument: 'inputs',
        expected: `at most ${MAX_EVALUATIONS}, the result included`,
        got: `${MAX_EVALUATIONS + 1} or more`,
      }) as Error,
    );
    expect(reads).toHaveLength(MAX_EVALUATIONS - 1);
    await expect(below(step(`e${MAX_EVALUATIONS - 1}`))).rejects.toThrow('too many evaluations');
  });
});

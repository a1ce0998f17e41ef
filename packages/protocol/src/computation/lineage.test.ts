import type { EvaluationInput, Lineage } from './api.js';
import { leavesOf, MAX_EVALUATIONS, MAX_LEAVES } from './lineage.js';

const leaf = (id: string): EvaluationInput => ({ kind: 'ciphertext', id });
const step = (id: string): EvaluationInput => ({ kind: 'evaluation', id });
const evaluation = (evaluationId: string, ...inputs: EvaluationInput[]) => ({
  evaluationId,
  inputs,
});
const lineageOf = (
  steps: readonly ReturnType<typeof evaluation>[],
  result: ReturnType<typeof evaluation>,
  ...ciphertexts: string[]
) =>
  ({
    steps,
    evaluation: result,
    ciphertexts: ciphertexts.map((ciphertextHash) => ({ ciphertextHash })),
  }) as unknown as Lineage;
const hashes = (lineage: Lineage) => leavesOf(lineage)?.map((one) => one.ciphertextHash);

describe('the leaves of a lineage', () => {
  test('are the ciphertexts in the order of the inputs, as often as they went in', () => {
    const steps = [
      evaluation('a', leaf('x'), leaf('y')),
      evaluation('b', step('a'), leaf('x'), step('a')),
    ];
    const result = evaluation('r', leaf('z'), step('b'));
    expect(hashes(lineageOf(steps, result, 'x', 'y', 'z'))).toEqual(['z', 'x', 'y', 'x', 'x', 'y']);
  });

  test('tell evaluations and ciphertexts of one name apart', () => {
    const steps = [evaluation('x', leaf('y'))];
    expect(hashes(lineageOf(steps, evaluation('r', leaf('x')), 'x', 'y'))).toEqual(['x']);
    expect(hashes(lineageOf(steps, evaluation('r', step('x')), 'x', 'y'))).toEqual(['y']);
  });

  test('are none where an input is missing, or comes after its use', () => {
    const [a, b] = [evaluation('a', step('b')), evaluation('b', leaf('x'))];
    expect(hashes(lineageOf([b, a], evaluation('r', step('a')), 'x'))).toEqual(['x']);
    expect(hashes(lineageOf([a, b], evaluation('r', step('a')), 'x'))).toBeUndefined();
    expect(hashes(lineageOf([b], evaluation('r', step('a')), 'x'))).toBeUndefined();
    expect(hashes(lineageOf([], evaluation('r', leaf('x'))))).toBeUndefined();
    expect(hashes(lineageOf([], evaluation('r', step('r'))))).toBeUndefined();
    const unused = evaluation('u', leaf('y'));
    expect(hashes(lineageOf([unused], evaluation('r', leaf('x')), 'x'))).toBeUndefined();
  });

  test('are no more than an opening reads, however few names they have', () => {
    const full = Array.from({ length: MAX_LEAVES }, () => leaf('x'));
    expect(hashes(lineageOf([], evaluation('r', ...full), 'x'))).toHaveLength(MAX_LEAVES);
    expect(hashes(lineageOf([], evaluation('r', ...full, leaf('x')), 'x'))).toBeUndefined();
    // Each doubles what is below: a walk of every path would take years.
    const doubling = Array.from({ length: MAX_EVALUATIONS - 1 }, (_, index) =>
      index === 0
        ? evaluation('e0', leaf('x'))
        : evaluation(`e${index}`, step(`e${index - 1}`), step(`e${index - 1}`)),
    );
    const result = evaluation('r', step(`e${MAX_EVALUATIONS - 2}`));
    expect(leavesOf(lineageOf(doubling, result, 'x'))).toBeUndefined();
  });

  test('are of no more evaluations than a contract records', () => {
    const chain = (length: number) =>
      Array.from({ length }, (_, index) =>
        evaluation(`e${index}`, index === 0 ? leaf('x') : step(`e${index - 1}`)),
      );
    const of = (below: number) =>
      hashes(lineageOf(chain(below), evaluation('r', step(`e${below - 1}`)), 'x'));
    expect(of(MAX_EVALUATIONS - 1)).toEqual(['x']);
    expect(of(MAX_EVALUATIONS)).toBeUndefined();
  });
});

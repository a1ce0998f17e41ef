import { freshBound, profileOf, type Engine, type Handle, type Scope } from '@salus/compute';
import { SalusError } from '@salus/protocol';
import type {
  Bound,
  EvaluationInput,
  EvaluationStep,
  Lineage,
  RegisteredCiphertext,
} from '@salus/protocol/computation';

/**
 * Computes a result again, from the ciphertexts up, each step once. Endorsers who collude could call anything a
 * result; what a member opens is what it computed itself.
 *
 * @param fetch - a ciphertext by its hash
 * @throws SalusError `ERR_HASH_MISMATCH` where a program's result is another one
 */
export async function recompute(
  engine: Engine,
  lineage: Lineage,
  fetch: (hash: string) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  using scope = engine.scope();
  const made = new Map<string, Handle>();
  const handleOf = ({ kind, id }: EvaluationInput): Handle => {
    const handle = made.get(`${kind} ${id}`);
    if (handle !== undefined) return handle;
    throw new SalusError('ERR_HASH_MISMATCH', 'The lineage names an input that it does not have', {
      argument: 'inputs',
      expected: `the ${kind} before its use`,
      got: id,
    });
  };
  for (const one of lineage.ciphertexts) {
    made.set(`ciphertext ${one.ciphertextHash}`, await load({ engine, scope, fetch }, one));
  }
  for (const step of lineage.steps) {
    made.set(
      `evaluation ${step.evaluationId}`,
      await evaluate(scope, step, step.inputs.map(handleOf)),
    );
  }
  const { evaluation } = lineage;
  const result = await evaluate(scope, evaluation, evaluation.inputs.map(handleOf));
  return scope.save(result).bytes;
}

interface Recomputation {
  readonly engine: Engine;
  readonly scope: Scope;
  readonly fetch: (hash: string) => Promise<Uint8Array>;
}

async function evaluate(
  scope: Scope,
  { evaluationId, program, resultHash, bound }: EvaluationStep,
  inputs: readonly Handle[],
): Promise<Handle> {
  const result = await scope.evaluate(program, inputs);
  if (result.hash === resultHash && isSame(result.bound, bound)) return result;
  throw new SalusError(
    'ERR_HASH_MISMATCH',
    `${evaluationId} is not what ${program.name} gives for its inputs`,
    { argument: 'evaluationId', expected: result.hash, got: resultHash },
  );
}

async function load(
  { engine, scope, fetch }: Recomputation,
  { ciphertextHash, bound }: RegisteredCiphertext,
): Promise<Handle> {
  const { least, most } = bound;
  if (!isSame(bound, freshBound(profileOf(engine.profile), { least, most }))) {
    throw new SalusError('ERR_BOUND_INVALID', 'No fresh ciphertext has the bound on the ledger', {
      argument: 'ciphertextHash',
      got: ciphertextHash,
    });
  }
  return scope.load({ bytes: await fetch(ciphertextHash), hash: ciphertextHash, bound });
}

function isSame(one: Bound, other: Bound): boolean {
  return one.least === other.least && one.most === other.most && one.noiseBits === other.noiseBits;
}

import { freshBound, profileOf, type Engine, type Handle, type Scope } from '@salus/compute';
import { SalusError } from '@salus/protocol';
import type { Lineage, RegisteredCiphertext, Bound } from '@salus/protocol/computation';

/**
 * Computes a result again, from the ciphertexts up. Endorsers who collude could call anything a
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
  const result = await evaluate({ engine, scope, fetch }, lineage);
  return scope.save(result).bytes;
}

interface Recomputation {
  readonly engine: Engine;
  readonly scope: Scope;
  readonly fetch: (hash: string) => Promise<Uint8Array>;
}

async function evaluate(with_: Recomputation, { evaluation, inputs }: Lineage): Promise<Handle> {
  const handles: Handle[] = [];
  for (const input of inputs) {
    handles.push(
      input.kind === 'ciphertext'
        ? await load(with_, input.ciphertext)
        : await evaluate(with_, input.lineage),
    );
  }
  const result = await with_.scope.evaluate(evaluation.program, handles);
  if (result.hash !== evaluation.resultHash || !isSame(result.bound, evaluation.bound)) {
    throw new SalusError(
      'ERR_HASH_MISMATCH',
      `${evaluation.evaluationId} is not what ${evaluation.program.name} gives for its inputs`,
      { argument: 'evaluationId', expected: result.hash, got: evaluation.resultHash },
    );
  }
  return result;
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

import { conflict, SalusError } from '@salus/protocol';
import { MAX_LEAVES, type Bound, type ProgramName } from '@salus/protocol/computation';

/** What the ledger knows of an input. */
export interface KnownInput {
  readonly hash: string;
  readonly keyId: string;
  readonly purpose: string;
  readonly bound: Bound;
  readonly leaves: readonly string[];
  readonly programs: readonly ProgramName[];
  /** Organisations that may evaluate with it. */
  readonly contributors: readonly string[];
  readonly isWithdrawn: boolean;
}

export interface CombinedInputs {
  readonly keyId: string;
  readonly purpose: string;
  readonly leaves: readonly string[];
  readonly programs: readonly ProgramName[];
  readonly contributors: readonly string[];
}

/**
 * What inputs have in common. Ciphertexts under different keys add up to noise, and nothing tells so
 * before it is opened.
 * @throws SalusError ERR_INVALID_ARGUMENT, ERR_CONFLICT, ERR_TOO_MANY_SUMMANDS
 */
export function combineInputs(program: ProgramName, inputs: readonly KnownInput[]): CombinedInputs {
  const [first] = inputs;
  if (first === undefined) {
    throw new SalusError('ERR_INVALID_ARGUMENT', 'inputs: expected one or more', {
      argument: 'inputs',
    });
  }
  const { keyId, purpose } = first;
  inputs.forEach((input, index) => {
    const argument = `inputs[${index}]`;
    if (input.keyId !== keyId) {
      throw conflict(argument, 'the inputs are under different keys', keyId, input.keyId);
    }
    if (input.isWithdrawn) {
      throw conflict(argument, 'an input is withdrawn', 'a ciphertext that stands', 'withdrawn');
    }
  });
  const leaves = inputs.flatMap((input) => input.leaves);
  if (leaves.length > MAX_LEAVES) {
    throw new SalusError('ERR_TOO_MANY_SUMMANDS', 'too many ciphertexts go into the result', {
      argument: 'inputs',
      expected: `at most ${MAX_LEAVES}`,
      got: String(leaves.length),
    });
  }
  return {
    keyId,
    purpose,
    leaves,
    programs: distinct([...inputs.flatMap((input) => input.programs), program]),
    contributors: distinct(inputs.flatMap((input) => input.contributors)),
  };
}

/**
 * The contract beside names its evaluations after its purpose: nobody may take such a name first.
 *
 * @param reserved - purposes that the contract beside serves
 * @throws SalusError ERR_INVALID_ARGUMENT
 */
export function requireOwnName(evaluationId: string, reserved: readonly string[]): void {
  if (!reserved.some((purpose) => evaluationId.startsWith(`${purpose}:`))) return;
  throw new SalusError('ERR_INVALID_ARGUMENT', 'evaluationId: this name is kept for another use', {
    argument: 'evaluationId',
    expected: reserved.map((purpose) => `not ${purpose}:…`).join(', '),
    got: evaluationId,
  });
}

/** Who has nothing to do with a computation can't fill its ledger. @throws SalusError ERR_FORBIDDEN */
export function requireEvaluator(mspId: string, entitled: readonly string[]): void {
  if (entitled.includes(mspId)) return;
  throw new SalusError('ERR_FORBIDDEN', `${mspId} neither contributed nor holds the key`, {
    argument: 'caller',
    expected: distinct(entitled).join(', '),
    got: mspId,
  });
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)].sort();
}

import type { Lineage, RegisteredCiphertext } from './api.js';

/** The registered ciphertexts that a result was computed from, as often as they went in. */
export function leavesOf({ inputs }: Lineage): RegisteredCiphertext[] {
  return inputs.flatMap((input) =>
    input.kind === 'ciphertext' ? [input.ciphertext] : leavesOf(input.lineage),
  );
}

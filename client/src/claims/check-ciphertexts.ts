import { SalusError, sha256Hex } from '@salus/protocol';

/**
 * Checks that the ciphertexts are those of a claim's lines, in their order.
 *
 * @throws SalusError `ERR_INVALID_ARGUMENT`, `ERR_HASH_MISMATCH`
 */
export function checkCiphertexts(
  lines: readonly { readonly ciphertextHash: string }[],
  ciphertexts: readonly Uint8Array[],
): void {
  if (lines.length !== ciphertexts.length) {
    throw new SalusError('ERR_INVALID_ARGUMENT', 'The claim needs one ciphertext a line', {
      argument: 'ciphertexts',
      expected: `${lines.length}`,
      got: `${ciphertexts.length}`,
    });
  }
  ciphertexts.forEach((ciphertext, index) => {
    const expected = lines[index]?.ciphertextHash ?? '';
    const got = sha256Hex(ciphertext);
    if (got === expected) return;
    throw new SalusError('ERR_HASH_MISMATCH', `Ciphertext ${index} is not the claim's`, {
      argument: `ciphertexts[${index}]`,
      expected,
      got,
    });
  });
}

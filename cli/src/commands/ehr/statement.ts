import { readJson, readText } from '../../command-line/input.js';

/** How commands call a file with what a patient, delegate or guardian signed. */
export const STATEMENT =
  'file with the statement that the wallet signed, or its --json answer; or -';

/**
 * Reads a statement: alone, or as it stands in what `salus --json wallet …` printed.
 *
 * @throws SalusError `ERR_INVALID_ARGUMENT`, `ERR_INVALID_JSON`
 */
export async function readSigned(
  file: string,
  member: 'statement' | 'possession' = 'statement',
): Promise<string> {
  const text = await readText(file);
  if (!text.startsWith('{')) return text;
  return answered(text)?.[member] ?? text;
}

/** What a wallet hands out for a grantee's organisation beside a grant, in a list or in its answer. */
export async function readDeposits<D>(file: string): Promise<readonly D[]> {
  const read = await readJson<readonly D[] | { readonly deposits?: readonly D[] }>(file);
  return 'deposits' in read ? (read.deposits ?? []) : (read as readonly D[]);
}

function answered(text: string): { statement?: string; possession?: string } | undefined {
  try {
    return JSON.parse(text) as { statement?: string; possession?: string };
  } catch {
    // The contract says what is wrong with it.
    return undefined;
  }
}

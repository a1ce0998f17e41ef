import { SalusError } from '@salus/protocol';
import { reject } from './rejection.js';

/**
 * Counts the organisations that signed, each once. As peers do with endorsements, a signature that fails is
 * passed over while there are enough others. Where there are not, its fault is the reason.
 *
 * @param checks - each tells the organisation of a good signature, or throws
 * @throws SalusError the first fault, or `ERR_RECEIPT_TOO_FEW`
 */
export function distinctOrganisations(
  checks: readonly (() => string)[],
  { needed, what }: { readonly needed: number; readonly what: string },
): readonly string[] {
  const organisations = new Set<string>();
  let fault: SalusError | undefined;
  for (const check of checks) {
    try {
      organisations.add(check());
    } catch (error) {
      if (!(error instanceof SalusError)) throw error;
      fault ??= error;
    }
  }
  if (organisations.size >= needed) return [...organisations].sort();
  const why = `${organisations.size} organisations ${what}, ${needed} are needed`;
  throw fault ?? reject('ERR_RECEIPT_TOO_FEW', why);
}

import type { Context } from 'fabric-contract-api';
import { caller, requireRole, type Caller } from '@salus/chaincode-common';
import { SalusError } from '@salus/protocol';

/** Who acts for an institution. */
export type Analyst = Caller & { readonly institution: string };

/**
 * The caller, an analyst of one of its organisation's institutions (attributes `salus.role` and
 * `salus.institution`).
 * @throws SalusError ERR_FORBIDDEN
 */
export function requireAnalyst(ctx: Context): Analyst {
  const who = caller(ctx);
  requireRole(who, 'analyst');
  const { institution } = who;
  if (institution !== undefined) return { ...who, institution };
  throw new SalusError('ERR_FORBIDDEN', 'the caller acts for no institution', {
    argument: 'caller',
    expected: 'the attribute salus.institution',
    got: 'none',
  });
}

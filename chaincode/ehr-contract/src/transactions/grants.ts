import type { Context } from 'fabric-contract-api';
import { getState, listState } from '@salus/chaincode-common';
import type { Stored } from '../rules/stored-grant.js';
import { grantKey, pastGrantKey } from '../state/keys.js';

/** A decision goes by no more grants, shares and tombstones of a patient; beyond it denies. */
export const MAX_GRANTS = 500;

/** A patient's grants, shares and tombstones in the order of their IDs, and whether there are more. */
export async function readConsent(
  ctx: Context,
  pseudonym: string,
): Promise<{ readonly stored: readonly Stored[]; readonly truncated: boolean }> {
  const stored = await listState<Stored>(ctx, grantKey(pseudonym), MAX_GRANTS + 1);
  const truncated = stored.length > MAX_GRANTS;
  return { stored: stored.slice(0, MAX_GRANTS), truncated };
}

export function readGrant(
  ctx: Context,
  pseudonym: string,
  grantId: string,
): Promise<Stored | undefined> {
  return getState<Stored>(ctx, grantKey(pseudonym, grantId));
}

/** Every one, with those that are put away: for queries. */
export async function everyGrant(ctx: Context, pseudonym: string): Promise<readonly Stored[]> {
  return [
    ...(await listState<Stored>(ctx, grantKey(pseudonym))),
    ...(await listState<Stored>(ctx, pastGrantKey(pseudonym))),
  ];
}

/** One of them, also where it is put away. */
export async function findGrant(
  ctx: Context,
  pseudonym: string,
  grantId: string,
): Promise<Stored | undefined> {
  const present = await readGrant(ctx, pseudonym, grantId);
  return present ?? getState<Stored>(ctx, pastGrantKey(pseudonym, grantId));
}

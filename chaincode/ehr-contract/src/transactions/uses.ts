import type { Context } from 'fabric-contract-api';
import { stateExists, type CompositeKey } from '@salus/chaincode-common';
import type { PermittedUse } from '@salus/protocol';
import type { Outcome } from '../rules/decision.js';
import { tokenOrder } from '../rules/uses.js';
import { useKey } from '../state/keys.js';

/** What a permit comes to once its uses are looked at. */
export interface Used {
  readonly outcome: Outcome;
  /** Of the use that is to be spent, where uses are counted. */
  readonly token?: CompositeKey;
}

/** The first of some permits that has a use left. */
export async function firstUse(
  ctx: Context,
  pseudonym: string,
  uses: readonly PermittedUse[],
): Promise<Used> {
  for (const { maxUses, ...use } of uses) {
    const outcome: Outcome = { permitted: true, reason: 'GRANT', ...use };
    if (maxUses === undefined) return { outcome };
    const token = await freeToken(ctx, pseudonym, use.grantId, maxUses);
    if (token !== undefined) return { outcome, token };
  }
  return { outcome: { permitted: false, reason: 'USES_SPENT' } };
}

/** A use of a counted grant that is not spent; undefined where all are. */
async function freeToken(
  ctx: Context,
  pseudonym: string,
  grantId: string,
  maxUses: number,
): Promise<CompositeKey | undefined> {
  for (const token of tokenOrder(ctx.stub.getTxID(), maxUses)) {
    const key = useKey(pseudonym, grantId, String(token));
    if (!(await stateExists(ctx, key))) return key;
  }
  return undefined;
}

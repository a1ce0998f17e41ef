import { z } from 'zod';
import type { EhrClient } from '@salus/client/ehr';
import type { Receipt } from '@salus/client/transaction';
import { SalusError } from '@salus/protocol';

/** Codes by which the ledger says that it has taken a statement before. */
const TAKEN: readonly string[] = ['ERR_STATEMENT_REPLAYED', 'ERR_ALREADY_EXISTS'];

/**
 * Relays a statement that has an ID. Relayed again, the ledger's copy is the proof that it took it.
 *
 * @param kept - reads what the ledger kept of it; undefined where it kept nothing
 * @returns the transaction's ID, where it was this relay that brought it
 */
export async function relayOnce(
  relay: () => Promise<Receipt<unknown>>,
  kept: () => Promise<string | undefined>,
  statement: string,
): Promise<string | undefined> {
  try {
    return (await relay()).transactionId;
  } catch (error) {
    if (!(error instanceof SalusError) || !TAKEN.includes(error.code)) throw error;
    if ((await kept()) !== statement) throw error;
    return undefined;
  }
}

export const grantRequest = z.object({
  statement: z.string(),
  pseudonym: z.string(),
  grantId: z.string(),
});

/** Relays a grant. @throws SalusError the ledger's own */
export async function relayGrant(
  request: unknown,
  ehr: Pick<EhrClient, 'grantAccess' | 'getGrant'>,
): Promise<z.output<typeof grantRequest>> {
  const asked = grantRequest.parse(request);
  const { statement, pseudonym, grantId } = asked;
  await relayOnce(
    () => ehr.grantAccess(statement),
    async () => (await ehr.getGrant({ pseudonym, grantId })).statement,
    statement,
  );
  return asked;
}

/** Relays a withdrawal. A grant that is withdrawn stays so, whichever statement did it. */
export async function relayWithdrawal(
  request: unknown,
  ehr: Pick<EhrClient, 'withdrawConsent' | 'getGrant'>,
): Promise<z.output<typeof grantRequest>> {
  const asked = grantRequest.parse(request);
  const { statement, pseudonym, grantId } = asked;
  await relayOnce(
    () => ehr.withdrawConsent(statement),
    async () => {
      const { withdrawnAt } = await ehr.getGrant({ pseudonym, grantId });
      return withdrawnAt === undefined ? undefined : statement;
    },
    statement,
  );
  return asked;
}

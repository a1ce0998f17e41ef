import { z } from 'zod';
import type { EhrClient } from '@salus/client/ehr';
import type { Receipt } from '@salus/client/transaction';
import { SalusError } from '@salus/protocol';
import type { SignedGrant } from '@salus/protocol/ehr';

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

type GrantRequest = z.output<typeof grantRequest>;
type ConsentLedger = Pick<EhrClient, 'grantAccess' | 'withdrawConsent' | 'getGrant'>;

/** How a kind of statement is brought to the ledger, and which one the ledger has kept. */
interface ConsentRelay {
  readonly bring: (ehr: ConsentLedger, statement: string) => Promise<Receipt<unknown>>;
  readonly kept: (grant: SignedGrant, statement: string) => string | undefined;
}

const RELAYS = {
  grant: {
    bring: (ehr, statement) => ehr.grantAccess(statement),
    kept: (grant) => grant.statement,
  },
  // A grant that is withdrawn stays so, whichever statement did it.
  withdraw: {
    bring: (ehr, statement) => ehr.withdrawConsent(statement),
    kept: ({ withdrawnAt }, statement) => (withdrawnAt === undefined ? undefined : statement),
  },
} as const satisfies Readonly<Record<string, ConsentRelay>>;

/** Relays a grant or its withdrawal. @throws SalusError the ledger's own */
export async function relayConsent(
  kind: keyof typeof RELAYS,
  request: unknown,
  ehr: ConsentLedger,
): Promise<GrantRequest> {
  const { bring, kept }: ConsentRelay = RELAYS[kind];
  const asked = grantRequest.parse(request);
  const { statement, pseudonym, grantId } = asked;
  await relayOnce(
    () => bring(ehr, statement),
    async () => kept(await ehr.getGrant({ pseudonym, grantId }), statement),
    statement,
  );
  return asked;
}

import { MembershipClient } from '@salus/client/membership';
import type { Contract } from '@salus/client/transaction';
import { makeIdentity, type LedgerClient, type MemoryLedger } from '@salus/memory-ledger';
import { contracts } from '@salus/membership-contract';
import type { Member } from '@salus/protocol/membership';

/** Deploys the membership registry to a ledger, and founds it with these members. */
export async function deployMembership(
  ledger: MemoryLedger,
  kinds: Readonly<Record<string, Member['kinds']>>,
): Promise<void> {
  ledger.deploy('membership', contracts);
  const members = Object.entries(kinds).map(([mspId, of]): Member => ({ mspId, kinds: of }));
  const args = [JSON.stringify({ members })];
  const administrators = ledger.organisations.map((mspId) =>
    ledger.as(makeIdentity({ mspId, name: 'Admin', unit: 'admin' })),
  );
  for (const each of administrators) await each.submit('membership', 'approveFounding', { args });
  const endorsingOrganizations = ledger.organisations;
  await administrators[0]?.submit('membership', 'found', { args, endorsingOrganizations });
}

/** The registry on a ledger in memory, as somebody asks it. */
export function membershipInMemory(client: LedgerClient): MembershipClient {
  return new MembershipClient({
    name: 'membership',
    submit: (transaction, options) => client.submit('membership', transaction, options),
    evaluate: (transaction, options) => client.evaluate('membership', transaction, options),
  } satisfies Contract);
}

import { z } from 'zod';

/** Name under which the registry's chaincode is deployed: the other contracts of the channel ask it. */
export const MEMBERSHIP_CHAINCODE = 'membership';

/**
 * What an organisation is on the channel. An organisation may be several.
 *
 * - `hospital` proofs identities, registers and keeps records, breaks the glass, refers patients, files claims
 * - `insurer` makes policies and settles claims
 * - `manufacturer` says which medicines are genuine
 * - `pharmacy` dispenses medicines
 * - `overseer` reviews any emergency but its own, and audits claims
 */
export const memberKind = z.enum(['hospital', 'insurer', 'manufacturer', 'pharmacy', 'overseer']);
export type MemberKind = z.infer<typeof memberKind>;

/** MSP IDs of the members of a kind, in the registry's order. */
export function membersOfKind(
  members: readonly { readonly mspId: string; readonly kinds: readonly MemberKind[] }[],
  kind: MemberKind,
): string[] {
  return members.filter(({ kinds }) => kinds.includes(kind)).map(({ mspId }) => mspId);
}

/**
 * Uses of a counted grant are tokens 1 to `maxUses`, each a state key that is written once. Two
 * transactions that take the same token can't both commit. So the limit holds without a counter that all of
 * them would contend for.
 *
 * A transaction looks for a free token from a place of its own, given by its ID. So those which run at the
 * same time rarely meet.
 *
 * @param transactionId - hex
 * @returns the tokens in the order to try them, each once
 */
export function tokenOrder(transactionId: string, maxUses: number): readonly number[] {
  const start = Number.parseInt(transactionId.slice(0, 12), 16) % maxUses;
  return Array.from({ length: maxUses }, (_, step) => ((start + step) % maxUses) + 1);
}

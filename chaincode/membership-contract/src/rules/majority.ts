/** How many of so many are a majority: more than half. */
export function majorityOf(count: number): number {
  return Math.floor(count / 2) + 1;
}

/** Those who approve and have a voice, in the order of those who have one. */
export function counted(voices: readonly string[], approvedBy: Iterable<string>): string[] {
  const approving = new Set(approvedBy);
  return voices.filter((mspId) => approving.has(mspId));
}

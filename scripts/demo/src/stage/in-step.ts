/** Somebody whose own peer can be asked how far it is. */
export interface AtPeer {
  height(): Promise<number>;
  awaitHeight(height: number): Promise<void>;
}

/** Waits until the peers of others have seen all that one's own peer has: peers are a block or two apart. */
export async function inStep(from: AtPeer, ...others: readonly AtPeer[]): Promise<void> {
  const height = await from.height();
  await Promise.all(others.map((other) => other.awaitHeight(height)));
}

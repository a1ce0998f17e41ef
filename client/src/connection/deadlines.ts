/** How long each step may take, in milliseconds. */
export interface Deadlines {
  /** Reaching one peer: TLS handshake and gRPC. */
  readonly connect: number;
  readonly evaluate: number;
  readonly endorse: number;
  /** Handing the endorsed transaction to the orderers. */
  readonly submit: number;
  /** Waiting for the block that holds the transaction. */
  readonly commit: number;
}

export const defaultDeadlines: Deadlines = {
  connect: 5_000,
  evaluate: 15_000,
  endorse: 30_000,
  submit: 15_000,
  commit: 60_000,
};
